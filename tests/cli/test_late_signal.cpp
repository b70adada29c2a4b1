#include <catch2/catch_test_macros.hpp>

#include "cli/fake_console.hpp"
#include "cli/run.hpp"
#include "platform/files.hpp"

using namespace ddx;

TEST_CASE("a signal that came too late ends the program, but not against what its JSON says", "[cli][json]") {
  Files files;
  test::FakeConsole console;
  const std::atomic<bool> interrupted{false};
  const cli::System system{files,
                           console,
                           interrupted,
                           [] { return 2; },
                           [] { return std::chrono::system_clock::time_point(); },
                           [] { return std::array<std::byte, 10>(); },
                           [](const char*) { return std::optional<std::string>(); },
                           [] { return std::filesystem::current_path(); },
                           "user",
                           "machine"};
  CHECK(cli::run({"version"}, system) == 130);
  console.out.clear();
  CHECK(cli::run({"version", "--format", "json"}, system) == 0);
  CHECK(console.out.find("\"exit\": 0") != std::string::npos);
}
