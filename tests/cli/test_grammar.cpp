#include <CLI/CLI.hpp>

#include <catch2/catch_test_macros.hpp>

#include "cli/app.hpp"
#include "cli/report_error.hpp"
#include "cli/side_rules.hpp"
#include "ddx/error.hpp"

using namespace ddx;
using namespace ddx::cli;

namespace {

/// The message and the hints, one a line.
std::string complaint_about(const std::vector<std::string>& arguments) {
  try {
    App app;
    app.parse(arguments);
  } catch (const Error& error) {
    CHECK(exit_code(error.code()) == 2);
    std::string text = error.what();
    for (const auto& step : error.steps()) text += "\n" + hint_for(step);
    return text;
  }
  return "no complaint";
}

std::string rules_of(std::vector<std::string> arguments) {
  CLI::App app;
  add_side_options(app);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  std::string text;
  for (const auto& rule : side_rules(app)) {
    const char* side = rule.side == Side::mine ? "mine" : rule.side == Side::theirs ? "theirs" : "union";
    text += (text.empty() ? "" : " ") + rule.glob + ":" + side;
  }
  return text;
}

}  // namespace

TEST_CASE("a misspelt command or option is answered with the one that was meant", "[cli][usage]") {
  CHECK(complaint_about({"pul"}) ==
        "'pul' is not a ddx command\ndid you mean 'pull'?\n'ddx help' lists the commands");
  CHECK(complaint_about({"frobnicate"}) ==
        "'frobnicate' is not a ddx command\n'ddx help' lists the commands");
  CHECK(complaint_about({"pull", "--dryrun"}) ==
        "unknown option '--dryrun' for 'pull'\ndid you mean '--dry-run'?\n'ddx help pull' explains it");
  CHECK(complaint_about({"--colour=always", "pull"}) ==
        "unknown option '--colour' for 'pull'\ndid you mean '--color'?\n'ddx help pull' explains it");
  CHECK(complaint_about({"pull", "-Z"}) == "unknown option '-Z' for 'pull'\n'ddx help pull' explains it");
}

TEST_CASE("wrong values are named together with what is allowed", "[cli][usage]") {
  CHECK(complaint_about({"pull", "--to"}) == "option '--to' needs a value\n'ddx help pull' explains it");
  CHECK(complaint_about({"--format", "xml", "status"}) ==
        "option '--format': 'xml' is none of text|json\n'ddx help status' explains it");
  CHECK(complaint_about({"diff", "-U", "few"}) ==
        "option '--unified': 'few' is not a number from 0 to 1000000\n'ddx help diff' explains it");
  CHECK(complaint_about({"pull", "--continue", "--abort"}) ==
        "'--continue' and '--abort' exclude each other\n'ddx help pull' explains it");
  CHECK(complaint_about({"rollback", "--list", "--to", "01A"})
            .starts_with("'--to' and '--list' exclude each other"));
  CHECK(complaint_about({"version", "extra"}) ==
        "'version' does not expect 'extra'\n'ddx help version' explains it");
  CHECK(complaint_about({"version", "--", "extra"}) == "this command does not expect 'extra' after '--'");
}

TEST_CASE("nothing at all, and an option of another verb, are wrong usage", "[cli][usage]") {
  CHECK(complaint_about({}) == "no command given\n'ddx help' lists the commands");
  CHECK(complaint_about({"pull", "--version"}) == "unknown option '--version' for 'pull'");
  CHECK(complaint_about({"--", "pull"}).starts_with("'pull' is not a ddx command"));
}

TEST_CASE("global options stand before or after the command", "[cli][usage]") {
  for (const auto& arguments :
       {std::vector<std::string>{"-q", "--format=json", "--wait", "3", "-C", "/", "status"},
        std::vector<std::string>{"status", "-q", "--format", "json", "--wait=3", "-C", "/"}}) {
    App app;
    app.parse(arguments);
    CHECK(app.options().quiet);
    CHECK(app.options().format == Format::json);
    CHECK(app.options().wait_seconds == 3);
    CHECK(app.options().directory == "/");
  }
}

TEST_CASE("a path that is called like a command is a path", "[cli][usage]") {
  CHECK(complaint_about({"pull", "status"}) == "no complaint");
  CHECK(complaint_about({"update", "help", "version"}) == "no complaint");
}

TEST_CASE("what stands after -- is never an option", "[cli][usage]") {
  App app;
  app.parse({"rollback", "--dry-run", "--", "--list", "a b"});
  CHECK(app.trailing() == std::vector<std::string>{"--list", "a b"});
}

TEST_CASE("options --format and --color are known even when the rest cannot be parsed", "[cli][usage]") {
  CHECK(options_before_parsing({"pull", "--nope", "--format=json"}).format == Format::json);
  CHECK(options_before_parsing({"--format", "json", "--nope"}).format == Format::json);
  CHECK(options_before_parsing({"pull", "--", "--format=json"}).format == Format::text);
  CHECK(options_before_parsing({"--color"}).color == ColorChoice::automatic);
  CHECK(options_before_parsing({"--color=never"}).color == ColorChoice::never);
}

TEST_CASE("sides keep their order, those without a glob come last", "[cli][usage]") {
  CHECK(rules_of({}) == "");
  CHECK(rules_of({"--mine"}) == ":mine");
  CHECK(rules_of({"--theirs", "--mine=a", "--union=b/**", "--ours=c"}) == "a:mine b/**:union c:mine :theirs");
  CHECK(rules_of({"--theirs=a", "--mine=b", "--theirs=c"}) == "a:theirs b:mine c:theirs");
}

TEST_CASE("two sides cannot both be for all paths", "[cli][usage]") {
  CHECK_THROWS_AS(rules_of({"--mine", "--theirs"}), CLI::ValidationError);
  CHECK(rules_of({"--mine", "--ours"}) == ":mine :mine");
}
