#include "platform/terminal_program.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>

#include "ddx/error.hpp"

using namespace ddx;

TEST_CASE("a program's exit status is given back", "[platform][process]") {
  const std::atomic<bool> interrupted{false};
  CHECK(run_on_terminal({"/bin/sh", {"-c", "exit 3"}, {}, {}}, interrupted) == 3);
  CHECK(run_on_terminal({"/bin/sh", {"-c", "kill -9 $$"}, {}, {}}, interrupted) == 128 + 9);
}

TEST_CASE("a signal that came just before the wait for a program still ends it", "[platform][process]") {
  const std::atomic<bool> interrupted{true};
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(run_on_terminal({"/bin/sh", {"-c", "exec sleep 20"}, {}, {}}, interrupted), Interrupted);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
}
