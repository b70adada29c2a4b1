#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

const std::string settings = "{\n  \"a\": 1,\n  \"m\": 1,\n  \"n\": 1,\n  \"o\": 1,\n  \"z\": 1\n}\n";

/// Both sides add the same key, at different ends: a clean merge with a key that is there twice.
const std::string added_first = "{\n  \"new\": 1,\n" + settings.substr(2);
const std::string added_last =
    "{\n  \"a\": 1,\n  \"m\": 1,\n  \"n\": 1,\n  \"o\": 1,\n  \"z\": 1,\n  \"new\": 2\n}\n";

}  // namespace

TEST_CASE("a clean merge that breaks YAML or JSON is told", "[sync][pull][structure]") {  // [REQ B14]
  World world;
  world.start({{"keys.json", settings},
               {"fine.yaml", "a: 1\nb: 1\nc: 1\nd: 1\ne: 1\n"},
               {"text.md", "a: x\nb: 1\nc: 1\nd: 1\ne: y\n"}});
  world.edit({{"keys.json", added_first},
              {"fine.yaml", "a: 2\nb: 1\nc: 1\nd: 1\ne: 1\n"},
              {"text.md", "a: {x\nb: 1\nc: 1\nd: 1\ne: y\n"}});
  world.move_upstream({{"keys.json", added_last},
                       {"fine.yaml", "a: 1\nb: 1\nc: 1\nd: 1\ne: 2\n"},
                       {"text.md", "a: x\nb: 1\nc: 1\nd: 1\ne: y}\n"}});
  PullRequest request;
  request.dry_run = GENERATE(DryRun::no, DryRun::yes);
  const PullReport report = world.pull(request);
  CHECK(report.conflicts.empty());
  CHECK(report.warnings == Lines{"'keys.json' parsed before and does not any more: line 8, column 3: the key "
                                 "'new' is there twice"});
}

TEST_CASE("a merge that does not parse as YAML any more is told with line and column",
          "[sync][pull][structure]") {
  World world;
  world.start({{"a.yaml", "a: &x 1\nb: 1\nc: 1\nd: 1\ne: 1\n"}});
  world.write("a.yaml", "a: 1\nb: 1\nc: 1\nd: 1\ne: 1\n");  // ours drops the anchor that theirs begins to use
  world.move_upstream({{"a.yaml", "a: &x 1\nb: 1\nc: 1\nd: 1\ne: *x\n"}});
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].starts_with("'a.yaml' parsed before and does not any more: line 5, column 4: "));
}

TEST_CASE("the end of a pull warns of what was resolved into something that does not parse",
          "[sync][conflict][structure]") {  // [REQ C6]
  World world;
  world.start({{"a.json", "{\"a\": 1}\n"}, {"b.json", "{\"a\": 1}\n"}, {"never.json", "{1}\n"}});
  world.edit({{"a.json", "{\"a\": 2}\n"}, {"b.json", "{\"a\": 2}\n"}, {"never.json", "{2}\n"}});
  world.move_upstream({{"a.json", "{\"a\": 3}\n"}, {"b.json", "{\"a\": 3}\n"}, {"never.json", "{3}\n"}});
  CHECK(world.pull().conflicts.size() == 3);
  SECTION("by hand") {
    world.edit({{"a.json", "{\"a\": 2\n \"a\": 3}\n"}, {"b.json", "{\"a\": 4}\n"}, {"never.json", "{4}\n"}});
    CHECK(world.continue_pull().warnings == Lines{"'a.json' parsed before and does not any more: line 2, "
                                                  "column 4: syntax error while parsing object "
                                                  "- unexpected string literal; expected '}'"});
  }
  SECTION("with the lines of both") {
    CHECK(world.continue_pull({{"", Side::union_of_both}}).warnings.size() == 2);
  }
  SECTION("with a side") { CHECK(world.continue_pull({{"", Side::theirs}}).warnings.empty()); }
  SECTION("by deleting it") {
    world.edit({{"a.json", std::nullopt}, {"b.json", "{}"}, {"never.json", ""}});
    CHECK(world.continue_pull().warnings.empty());
  }
}

TEST_CASE("keys that one side has twice already are nobody's news", "[sync][pull][structure]") {
  World world;
  world.start({{"a.json", settings}});
  world.write("a.json", "{\n  \"a\": 0,\n" + settings.substr(2));
  std::string end = settings;
  end.replace(end.find("\"z\": 1"), 6, "\"z\": 2");
  world.move_upstream({{"a.json", end}});
  CHECK(world.pull().warnings.empty());
}
