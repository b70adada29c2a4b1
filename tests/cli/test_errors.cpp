#include <algorithm>
#include <cerrno>
#include <iterator>
#include <regex>
#include <sstream>
#include <system_error>

#include <catch2/catch_test_macros.hpp>

#include "cli/app.hpp"
#include "cli/fake_console.hpp"
#include "cli/report_error.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using namespace ddx::cli;

namespace {

const fs::path source = DDX_SOURCE_DIR;

std::vector<Recovery> every_recovery() {
  std::vector<Recovery> all;
  for (int i = 0; i <= static_cast<int>(Recovery::report_bug); ++i) all.push_back(static_cast<Recovery>(i));
  return all;
}

/// The `ddx …` lines that a text tells the user to type.
std::vector<std::string> lines_to_type(const std::string& text) {
  std::vector<std::string> lines;
  const std::regex command(R"((?:'|: )ddx ([a-z]+(?: (?:--?[a-z-]+|[A-Z]+))*))");
  for (std::sregex_iterator found(text.begin(), text.end(), command), end; found != end; ++found)
    lines.push_back((*found)[1]);
  return lines;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

}  // namespace

TEST_CASE("an error says what failed, what is on disk and what to do", "[cli][errors]") {
  test::FakeConsole console;
  Ui ui(console, {});
  const Error error(ErrorCode::no_config, "there is no '.ddx.yml' in '/p' or above it",
                    {{Recovery::run_init}});
  CHECK(report_error(error, Format::text, ui) == 2);
  CHECK(console.err ==
        "ddx: error: there is no '.ddx.yml' in '/p' or above it [DDX-2003]\n"
        "nothing was changed\n"
        "hint: connect the project to an upstream: ddx init URL\n");
  CHECK(console.out.empty());
}

TEST_CASE("what more there is to say about an error has lines of its own", "[cli][errors]") {
  test::FakeConsole console;
  Ui ui(console, {});
  const Error error = Error(ErrorCode::auth_required, "'h' asks for a login", {{Recovery::log_in, "h"}})
                          .with_details({"DDX_TOKEN: not set", "netrc: nothing"});
  CHECK(report_error(error.with(Aftermath::put_back), Format::text, ui) == 4);
  CHECK(console.err ==
        "ddx: error: 'h' asks for a login [DDX-4002]\n"
        "  DDX_TOKEN: not set\n"
        "  netrc: nothing\n"
        "what had been changed was put back\n"
        "hint: log in with 'ddx auth login h'\n");
}

TEST_CASE("an error as JSON is one object on standard output and nothing else", "[cli][errors]") {
  test::FakeConsole console;
  Ui ui(console, {});
  const Error error =
      Error(ErrorCode::disk_full, "no space", {{Recovery::free_space}}).with(Aftermath::put_back);
  CHECK(report_error(error, Format::json, ui) == 8);
  CHECK(console.out == R"({
  "schema": "ddx/error/1",
  "code": "DDX-8001",
  "message": "no space",
  "details": [],
  "state": "put-back",
  "hints": [
    "free some space, then run it again"
  ],
  "exit": 8
}
)");
  CHECK(console.err.empty());
}

TEST_CASE("an error whose JSON cannot be delivered still gives its exit code", "[cli][errors]") {
  test::FakeConsole console;
  console.write_failure = ENOSPC;
  Ui ui(console, {});
  CHECK(report_error(Error(ErrorCode::busy, "busy"), Format::json, ui) == 7);
}

TEST_CASE("a failure of the operating system is local trouble, anything else a bug", "[cli][errors]") {
  const auto of = [](int number) {
    return as_error(std::system_error(number, std::generic_category(), "cannot write"));
  };
  CHECK(of(ENOSPC).code() == ErrorCode::disk_full);
  CHECK(of(EACCES).code() == ErrorCode::permission);
  CHECK(of(EROFS).code() == ErrorCode::read_only);
  CHECK(of(EIO).code() == ErrorCode::io);
  CHECK(as_error(std::logic_error("impossible")).code() == ErrorCode::internal);
  CHECK(exit_code(unknown_failure().code()) == 70);
  CHECK(as_error(Error(ErrorCode::busy, "busy").with(Aftermath::pending)).aftermath() == Aftermath::pending);
}

TEST_CASE("every recovery has words, with and without a subject", "[cli][errors]") {
  for (const Recovery step : every_recovery()) {
    CHECK(hint_for({step, ""}) != "");
    CHECK(hint_for({step, "subject"}).find('\n') == std::string::npos);
  }
}

TEST_CASE("every command that a hint names can be typed", "[cli][errors]") {
  for (const Recovery step : every_recovery()) {
    for (const auto& line : lines_to_type(hint_for({step, ""}))) {
      INFO(line);
      App app;
      CHECK_NOTHROW(app.parse(words_of(line)));
    }
  }
}

TEST_CASE("every error code is explained in docs/errors.md", "[cli][errors]") {
  const std::string header = test::read_file(source / "include/ddx/error_code.hpp");
  const std::string page = test::read_file(source / "docs/errors.md");
  const std::regex enumerator(R"(\n  (\w+) = (\d+),)");
  int codes = 0;
  for (std::sregex_iterator found(header.begin(), header.end(), enumerator), end; found != end;
       ++found, ++codes) {
    std::string name = (*found)[1];
    std::replace(name.begin(), name.end(), '_', ' ');
    const auto code = static_cast<ErrorCode>(std::stoi((*found)[2]));
    const auto section = page.find("### " + code_name(code) + " " + name + "\n");
    INFO(code_name(code) << " " << name);
    REQUIRE(section != std::string::npos);
    const std::string text = page.substr(section, page.find("\n#", section + 1) - section);
    for (const char* part : {"**Cause:**", "**On disk:**", "**What to do:**"})
      CHECK(text.find(part) != std::string::npos);
    const auto chapter = page.rfind("\n## ", section);
    const std::string title = page.substr(chapter + 1, page.find('\n', chapter + 1) - chapter - 1);
    CHECK(title.ends_with("exit status " + std::to_string(exit_code(code))));
  }
  CHECK(codes > 50);
}
