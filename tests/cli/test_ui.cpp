#include "cli/ui.hpp"

#include <cerrno>
#include <map>

#include <catch2/catch_test_macros.hpp>

#include "cli/fake_console.hpp"
#include "cli/progress.hpp"
#include "cli/prompt.hpp"
#include "ddx/error.hpp"

using namespace ddx;
using namespace ddx::cli;
using test::FakeConsole;

namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Colors colors_on_a_terminal(std::map<std::string, std::string> variables,
                            ColorChoice choice = ColorChoice::automatic) {
  FakeConsole console;
  console.terminal = true;
  GlobalOptions options;
  options.color = choice;
  return decide_appearance(options, environment_of(std::move(variables)), console).out;
}

Colors colors_in_a_pipe(std::map<std::string, std::string> variables) {
  return decide_appearance({}, environment_of(std::move(variables)), FakeConsole()).out;
}

}  // namespace

TEST_CASE("colours follow the option, then the environment, then the terminal", "[cli][ui]") {
  CHECK(colors_on_a_terminal({}) == Colors::yes);
  CHECK(colors_on_a_terminal({{"NO_COLOR", "1"}}) == Colors::no);
  CHECK(colors_on_a_terminal({{"NO_COLOR", ""}}) == Colors::yes);
  CHECK(colors_on_a_terminal({{"TERM", "dumb"}}) == Colors::no);
  CHECK(colors_on_a_terminal({{"CLICOLOR", "0"}}) == Colors::no);
  CHECK(colors_on_a_terminal({{"NO_COLOR", "1"}}, ColorChoice::always) == Colors::yes);
  CHECK(colors_on_a_terminal({}, ColorChoice::never) == Colors::no);
  CHECK(colors_in_a_pipe({}) == Colors::no);
  CHECK(colors_in_a_pipe({{"CLICOLOR_FORCE", "1"}}) == Colors::yes);
  CHECK(colors_in_a_pipe({{"CLICOLOR_FORCE", "0"}}) == Colors::no);
  CHECK(colors_in_a_pipe({{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}) == Colors::no);
}

TEST_CASE("our own signs leave ASCII only in a UTF-8 locale", "[cli][ui]") {
  const auto arrow = [](std::map<std::string, std::string> variables) {
    return decide_appearance({}, environment_of(std::move(variables)), FakeConsole()).arrow();
  };
  CHECK(arrow({{"LC_ALL", "C.UTF-8"}}) == "→");
  CHECK(arrow({{"LANG", "de_DE.utf8"}}) == "→");
  CHECK(arrow({{"LANG", "en_US.UTF-8"}, {"LC_ALL", "C"}}) == "->");
  CHECK(arrow({}) == "->");
}

TEST_CASE("quiet silences notes, never warnings", "[cli][ui]") {
  FakeConsole console;
  Appearance quiet;
  quiet.quiet = true;
  Ui ui(console, quiet);
  ui.note("a note");
  ui.warning("a warning");
  CHECK(console.err == "ddx: warning: a warning\n");
  CHECK(console.out.empty());
}

TEST_CASE("results that nobody reads any more are dropped", "[cli][ui]") {
  FakeConsole console;
  console.reader_gone = true;
  Ui ui(console, {});
  ui.result(Page().line({"first"}));
  console.reader_gone = false;
  ui.result(Page().line({"second"}));
  CHECK(console.out.empty());
}

TEST_CASE("a result that cannot be written is an error", "[cli][ui]") {
  FakeConsole console;
  console.write_failure = ENOSPC;
  Ui ui(console, {});
  try {
    ui.result(std::string("text"));
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::disk_full);
    CHECK(error.aftermath() == Aftermath::unknown_to_us);
  }
}

TEST_CASE("what is said while a live line is shown takes it away first", "[cli][ui]") {
  FakeConsole console;
  Ui ui(console, {});
  ui.live_line("working");
  ui.note("done");
  CHECK(console.err == "\r\x1b[Kworking\r\x1b[Kddx: done\n");
}

TEST_CASE("progress is silent for two seconds, then one line that is written over", "[cli][progress]") {
  FakeConsole console;
  Ui ui(console, {});
  std::chrono::steady_clock::time_point now{};
  ProgressDisplay progress(ui, ProgressStyle::live, [&] { return now; });
  progress.update({Progress::Phase::receive, 1, 100, 10});
  CHECK(console.err.empty());
  now += std::chrono::seconds(4);
  progress.update({Progress::Phase::receive, 50, 100, 8 << 20});
  CHECK(console.err == "\r\x1b[Kreceiving objects: 50/100 (50%), 8.0 MiB, 2.0 MiB/s");
  progress.update({Progress::Phase::receive, 51, 100, 8 << 20});
  CHECK(console.err == "\r\x1b[Kreceiving objects: 50/100 (50%), 8.0 MiB, 2.0 MiB/s");
  progress.finish();
  CHECK(console.err.ends_with("/s\r\x1b[K"));
}

TEST_CASE("a live line never wraps", "[cli][progress]") {
  FakeConsole console;
  Appearance narrow;
  narrow.width = 20;
  Ui ui(console, narrow);
  std::chrono::steady_clock::time_point now{};
  ProgressDisplay progress(ui, ProgressStyle::live, [&] { return now; });
  now += std::chrono::seconds(3);
  progress.update({Progress::Phase::receive, 50, 100, 0});
  CHECK(console.err == "\r\x1b[Kreceiving objects: ");
}

TEST_CASE("in a log, only a long phase is reported, in plain lines", "[cli][progress]") {
  FakeConsole console;
  Ui ui(console, {});
  std::chrono::steady_clock::time_point now{};
  ProgressDisplay progress(ui, ProgressStyle::lines, [&] { return now; });
  progress.update({Progress::Phase::plan, 1, 2, 0});
  now += std::chrono::seconds(5);
  progress.update({Progress::Phase::apply, 1, 2, 0});
  CHECK(console.err.empty());
  now += std::chrono::seconds(11);
  progress.update({Progress::Phase::apply, 2, 2, 0});
  CHECK(console.err == "ddx: writing files: 2/2 (100%)\n");
}

TEST_CASE("nobody is asked without a terminal, in CI, for JSON or with --no-input", "[cli][prompt]") {
  FakeConsole terminal;
  terminal.terminal = true;
  GlobalOptions silent, for_programs;
  silent.no_input = true;
  for_programs.format = Format::json;
  CHECK(decide_asking({}, environment_of({}), terminal) == Asking::allowed);
  CHECK(decide_asking({}, environment_of({{"CI", "false"}}), terminal) == Asking::allowed);
  CHECK(decide_asking({}, environment_of({{"CI", "true"}}), terminal) == Asking::forbidden);
  CHECK(decide_asking(silent, environment_of({}), terminal) == Asking::forbidden);
  CHECK(decide_asking(for_programs, environment_of({}), terminal) == Asking::forbidden);
  CHECK(decide_asking({}, environment_of({}), FakeConsole()) == Asking::forbidden);
}

TEST_CASE("a prompt asks again until the answer is one", "[cli][prompt]") {
  FakeConsole console;
  console.typed = {"maybe", "N", "", "", "9", "tHe"};
  Ui ui(console, {});
  const std::atomic<bool> interrupted{false};
  Prompt prompt(ui, console, Asking::allowed, interrupted);
  CHECK_FALSE(prompt.yes("Go on?"));
  CHECK(prompt.yes("Go on?"));
  CHECK(prompt.line("URL", "proposal") == "proposal");
  CHECK(prompt.choice("Which?", {"my own", "the other"}) == 1);
}

TEST_CASE("the end of the input answers nothing", "[cli][prompt]") {
  FakeConsole console;
  Ui ui(console, {});
  const std::atomic<bool> interrupted{false};
  Prompt prompt(ui, console, Asking::allowed, interrupted);
  CHECK_THROWS_AS(prompt.yes("Go on?"), Error);
}
