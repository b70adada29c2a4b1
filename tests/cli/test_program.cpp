#include <catch2/catch_test_macros.hpp>

#include "support/pty.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

using namespace ddx;
using test::run;

namespace {

struct Shell {
  test::TempDir folder;
  test::Environment environment = test::clean_environment(folder);

  test::RunResult ddx(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), DDX_PROGRAM);
    return run(folder, arguments, environment);
  }
  test::RunResult shell(const std::string& script) const {
    return run(folder, {"bash", "-c", "ddx() { " DDX_PROGRAM " \"$@\"; }; " + script}, environment);
  }
};

}  // namespace

TEST_CASE("the version is one line, the libraries come with --verbose", "[cli][program]") {
  const Shell place;
  CHECK(place.ddx({"version"}).out == "ddx 0.1.0\n");
  CHECK(place.ddx({"--version"}).out == "ddx 0.1.0\n");
  CHECK(place.ddx({"version", "-v"}).out.starts_with("ddx 0.1.0\nlibgit2 "));
}

TEST_CASE("help goes to standard output, for --help too", "[cli][program]") {
  const Shell place;
  const auto help = place.ddx({"help", "pull"});
  CHECK(help.exit == 0);
  CHECK(help.out.starts_with("ddx pull\n"));
  CHECK(place.ddx({"pull", "--help"}).out == help.out);
  CHECK(place.ddx({"update", "-h"}).out == help.out);
  CHECK(place.ddx({"help", "update"}).out == help.out);
  CHECK(place.ddx({"help"}).out == place.ddx({"--help"}).out);
  CHECK(place.ddx({"help", "pul"}).err.find("did you mean 'pull'?") != std::string::npos);
}

TEST_CASE("a usage error exits with 2, as text on stderr or as JSON on stdout", "[cli][program]") {
  const Shell place;
  const auto text = place.ddx({"pull", "--nope"});
  CHECK(text.exit == 2);
  CHECK(text.out == "");
  CHECK(text.err ==
        "ddx: error: unknown option '--nope' for 'pull' [DDX-2001]\nnothing was changed\nhint: 'ddx help "
        "pull' explains it\n");
  const auto json = place.ddx({"--format=json", "pull", "--nope"});
  CHECK(json.exit == 2);
  CHECK(json.err == "");
  CHECK(json.out.starts_with("{\n  \"schema\": \"ddx/error/1\",\n  \"code\": \"DDX-2001\","));
}

TEST_CASE("a folder that is not there is wrong usage", "[cli][program]") {
  const Shell place;
  const auto result = place.ddx({"-C", "nowhere", "version"});
  CHECK(result.exit == 2);
  CHECK(result.err.starts_with("ddx: error: there is no folder 'nowhere' [DDX-2001]\n"));
}

TEST_CASE("a closed standard output is quiet, a full one is an error", "[cli][program]") {
  const Shell place;
  CHECK(place.shell("ddx help >&-").exit == 0);
  CHECK(place.shell("ddx help >&- 2>&-").exit == 0);
  const auto reader_gone = place.shell("exec 3> >(true); wait $!; ddx help >&3");
  CHECK(reader_gone.exit == 0);
  CHECK(reader_gone.err == "");
  const auto full = place.shell("ddx help >/dev/full");
  CHECK(full.exit == 8);
  CHECK(full.err.starts_with(
      "ddx: error: cannot write the result to the standard output: No space left on device [DDX-8001]\n"));
  CHECK(place.shell("ddx --format json help >/dev/full").exit == 8);
}

TEST_CASE("init without a URL and without a terminal names the line to type", "[cli][program]") {
  const Shell place;
  run(place.folder, {"git", "init", "-q"}, place.environment);
  const auto result = place.ddx({"init"});
  CHECK(result.exit == 2);
  CHECK(result.err ==
        "ddx: error: no upstream is named, and nobody can be asked for one [DDX-2001]\nnothing was changed\n"
        "hint: type: ddx init https://github.com/DocumentDrivenDX/ddx-library.git\n");
}

TEST_CASE("colours are for terminals, and not for dumb ones", "[cli][program][pty]") {
  Shell place;
  place.environment["TERM"] = "xterm";
  test::Pty colored(place.folder, {DDX_PROGRAM, "help"}, place.environment);
  CHECK(colored.wait() == 0);
  CHECK(colored.shown().find("\x1b[1m") != std::string::npos);
  place.environment["TERM"] = "dumb";
  test::Pty dumb(place.folder, {DDX_PROGRAM, "help"}, place.environment);
  CHECK(dumb.wait() == 0);
  CHECK(dumb.shown().find('\x1b') == std::string::npos);
}

TEST_CASE("Ctrl-C at a question ends by the signal and changes nothing", "[cli][program][pty]") {
  Shell place;
  run(place.folder, {"git", "init", "-q"}, place.environment);
  test::Pty terminal(place.folder, {DDX_PROGRAM, "init"}, place.environment);
  terminal.wait_for("URL of the upstream [https://github.com/DocumentDrivenDX/ddx-library.git]: ");
  terminal.send("\x03");
  CHECK(terminal.wait() == 128 + 2);
  CHECK(terminal.shown().find("ddx: interrupted\r\nnothing was changed\r\n") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(place.folder.path() / ".ddx.yml"));
}

TEST_CASE("with --no-input, or in CI, not even a terminal is asked", "[cli][program][pty]") {
  Shell place;
  run(place.folder, {"git", "init", "-q"}, place.environment);
  test::Pty silent(place.folder, {DDX_PROGRAM, "init", "--no-input"}, place.environment);
  CHECK(silent.wait() == 2);
  place.environment["CI"] = "true";
  test::Pty in_ci(place.folder, {DDX_PROGRAM, "init"}, place.environment);
  CHECK(in_ci.wait() == 2);
}
