#include <catch2/catch_test_macros.hpp>

#include "cli/json.hpp"
#include "cli/reports.hpp"
#include "cli/schema.hpp"

using namespace ddx;
using namespace ddx::cli;
using test::can_validate;
using test::violations;

TEST_CASE("every verb's JSON is what its schema says, and no more", "[cli][json]") {
  if (!can_validate()) SKIP("python3-jsonschema is not installed");
  InitReport connected{.workspace = {},
                       .url = "../library",
                       .follow = TagName("v1"),
                       .path = ".ddx",
                       .pull = test::pull_report()};
  InitReport offline = connected;
  offline.not_yet_pulled = true;
  PullReport nothing_known;
  StatusReport fresh;
  fresh.path = ".ddx";
  CHECK(violations("pull", json::pull(test::pull_report(), 3)) == "");
  CHECK(violations("pull", json::pull(nothing_known, 0)) == "");
  CHECK(violations("init", json::init(connected, 3)) == "");
  CHECK(violations("init", json::init(offline, 0)) == "");
  CHECK(violations("abort",
                   json::abort({{RelPath::parse("a.md")}, "01S", "01O", {RelPath::parse("b.md")}})) == "");
  CHECK(violations("status", json::status(test::status_report(), 5)) == "");
  CHECK(violations("status", json::status(fresh, 0)) == "");
  CHECK(violations("diff", json::diff(test::diff_report(), 1)) == "");
  CHECK(violations("rollback", json::rollback(test::rollback_report(), 3)) == "");
  CHECK(violations("rollback", json::rollback({}, 0)) == "");
  CHECK(violations("rollback-list", json::operations(test::operations(), 10)) == "");
  CHECK(violations("history", json::history(test::history_report(), 10)) == "");
  CHECK(violations("history-verify", json::verification({7, 3, {{2, "x"}, {0, "y"}}}, 10)) == "");
  CHECK(violations("error", json::error(Error(ErrorCode::no_config, "none", {{Recovery::run_init}}))) == "");
  CHECK(violations("error", json::interruption(130)) == "");
  CHECK(violations("version", json::version("0.1.0", {"libgit2 1.8.4"})) == "");
  CHECK(violations("help", json::help("", "text")) == "");
  CHECK(violations("completion", json::completion("bash", "script")) == "");
  CHECK(violations("completion", json::completion("tcsh", "script")) != "");
}

TEST_CASE("JSON is one object in ASCII, whatever the names and messages hold", "[cli][json]") {
  const std::string text = json::pull(test::pull_report(), 3);
  for (const char byte : text) REQUIRE((byte == '\n' || (byte >= ' ' && byte <= '~')));
  CHECK(text.find("Eve \\u001b[31m") != std::string::npos);
  CHECK(text.ends_with("}\n"));
}

TEST_CASE("a line of a file that is not UTF-8 does not break the JSON of a diff", "[cli][json]") {
  DiffReport report = test::diff_report();
  report.files.front().hunks.front().lines.front().text = "caf\xe9";
  CHECK(json::diff(report, 0).find("caf\\ufffd") != std::string::npos);
}
