#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "resolver.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// Ours has an edit at the file's old name, upstream another at its new one.
const std::string edited_here = "mine on top\n" + base;
const std::string edited_there = base + "theirs below\n";
const std::string edited_by_both = "mine on top\n" + base + "theirs below\n";

void rename_upstream(World& world, const std::string& to, const std::string& bytes = edited_there) {
  world.write("old.md", edited_here);
  world.move_upstream({{"old.md", std::nullopt}, {to, bytes}});
}

void check_settled(World& world, const std::string& name) {
  world.continue_pull();
  CHECK(world.pull().result == PullResult::up_to_date);
  world.move_upstream({{name, edited_there + "and more\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read(name) == edited_by_both + "and more\n");
}

}  // namespace

TEST_CASE("a renamed file whose new name was taken is merged there once the way is free",
          "[sync][resolve][renames]") {
  World world;
  world.start({{"old.md", base}});
  fs::create_directory(world.local("new.md"));
  world.write("new.md/inner.md", "ours\n");
  rename_upstream(world, "new.md");
  const DiskTree before = world.here();
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"type new.md"});
  CHECK(report.conflicts[0].here);
  CHECK(report.conflicts[0].base);
  CHECK(world.read("old.md") == edited_here);
  const Resolver resolver{world};
  const Resolution side = GENERATE(Resolution::mine, Resolution::theirs);
  const ResolveReport refused = resolver(side, {"new.md"});
  REQUIRE(refused.undecided.size() == 1);
  CHECK(refused.undecided[0].why ==
        "'new.md' cannot come while something else is in its place, which has to be moved away");
  CHECK(resolver(Resolution::edited, {"new.md"}).decided.empty());
  CHECK(world.here() == before);

  fs::rename(world.local("new.md"), world.local("elsewhere"));
  const ResolveReport done = resolver(side, {"new.md"});
  REQUIRE(done.decided.size() == 1);
  CHECK(done.decided[0].words == "merged 'old.md' to upstream's name 'new.md'");
  CHECK(world.read("new.md") == edited_by_both);
  CHECK_FALSE(world.exists("old.md"));
  SECTION("ended") { check_settled(world, "new.md"); }
  SECTION("given up") {
    world.abort();
    CHECK(world.read("old.md") == edited_here);
    CHECK_FALSE(world.exists("new.md"));
  }
}

TEST_CASE("a side decides the conflicting lines of a renamed file whose new name was taken",
          "[sync][resolve][renames]") {
  World world;
  world.start({{"old.md", base}});
  world.write("folder", "a file\n");
  world.write("old.md", mine);
  world.move_upstream({{"old.md", std::nullopt}, {"folder/new.md", theirs}});
  CHECK(lines(world.pull().conflicts) == Lines{"type folder/new.md"});
  fs::remove(world.local("folder"));
  const Resolver resolver{world};
  resolver(Resolution::theirs, {"folder/new.md"});
  CHECK(world.read("folder/new.md") == theirs);
  resolver(Resolution::mine, {"folder/new.md"});
  CHECK(world.read("folder/new.md") == with_hunks("MINE a\n", "MINE c\n"));
  resolver.write("folder/new.md", "from a tool\n");
  CHECK(world.read("folder/new.md") == "from a tool\n");
  CHECK_FALSE(world.exists("old.md"));
}

TEST_CASE("a side decides nothing about a renamed file that cannot come", "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", base}});
  world.write("new.md/inner.md", "ours\n");
  world.write("old.md", mine);
  world.move_upstream({{"old.md", std::nullopt}, {"new.md", theirs}});
  PullRequest request;
  request.sides = {{"", Side::theirs}};
  const PullReport report = world.pull(request);
  CHECK(lines(report.conflicts) == Lines{"type new.md"});
  CHECK(report.decisions.empty());
  CHECK(world.read("old.md") == mine);
}

TEST_CASE("a renamed file that is kept as it stands moves to upstream's name", "[sync][resolve][renames]") {
  World world;
  world.start({{"old.md", base}});
  world.write("new.md/inner.md", "ours\n");
  rename_upstream(world, "new.md");
  world.pull();
  fs::remove_all(world.local("new.md"));
  Resolver{world}(Resolution::edited);
  CHECK(world.read("new.md") == edited_here);
  CHECK_FALSE(world.exists("old.md"));
}

TEST_CASE("a file that upstream renamed into a repository that is here is merged when that has gone",
          "[sync][resolve][renames][submodule]") {
  World world;
  world.start({{"old.md", base}});
  TestRepo inner(world.local("lib"));
  inner.write("inner.md", "inner\n");
  inner.commit("inner");
  rename_upstream(world, "lib/new.md");
  CHECK(lines(world.pull().conflicts) == Lines{"submodule lib/new.md"});
  const Resolver resolver{world};
  CHECK(resolver(Resolution::theirs).decided.empty());
  CHECK_FALSE(world.exists("lib/new.md"));
  fs::rename(world.local("lib"), world.folder.path() / "lib");
  CHECK(resolver(Resolution::theirs).decided.size() == 1);
  CHECK(world.read("lib/new.md") == edited_by_both);
  CHECK_FALSE(world.exists("old.md"));
  check_settled(world, "lib/new.md");
}

TEST_CASE("content for a file with two new names is written to the name that it has",
          "[sync][resolve][renames]") {
  World world;
  world.start({{"old.md", base}});
  fs::rename(world.local("old.md"), world.local("mine.md"));
  world.write("mine.md", mine);
  world.move_upstream({{"old.md", std::nullopt}, {"theirs.md", theirs}});
  world.pull();
  const Resolver resolver{world};
  resolver(Resolution::theirs, {"theirs.md"});
  CHECK(conflict_detail(world.workspace(), RelPath::parse("mine.md"), world.host).now->bytes == theirs);
  resolver.write("mine.md", "from a tool\n");
  CHECK(world.here() == DiskTree{{"theirs.md", "644 from a tool\n"}});
  world.continue_pull();
  CHECK(world.pull().result == PullResult::up_to_date);
  CHECK(lines(world.status()) == Lines{"theirs.md: customized"});
}

TEST_CASE("upstream's new file under a name that was given to another one does not hide that one's changes",
          "[sync][pull][renames]") {
  World world;
  world.start({{"first.md", base}, {"z.md", "z\n"}});
  fs::rename(world.local("first.md"), world.local("mine.md"));
  world.move_upstream({{"first.md", edited_there}});
  CHECK(world.pull().conflicts.empty());
  REQUIRE(world.read("mine.md") == edited_there);

  const std::string changed = GENERATE(edited_there, edited_there + "and more\n");
  world.move_upstream({{"mine.md", "another file\n"}, {"first.md", changed}});
  PullRequest request;
  request.paths = GENERATE(std::vector<std::string>{}, std::vector<std::string>{"first.md"});
  CHECK(lines(world.pull(request).conflicts) == Lines{"add-add mine.md"});
  CHECK(world.read("first.md") == changed);
  const Side side = GENERATE(Side::mine, Side::theirs);
  world.continue_pull({{"", side}});
  CHECK(world.read("mine.md") == (side == Side::mine ? edited_there : "another file\n"));
  world.pull();
  CHECK(world.read("first.md") == changed);
  CHECK(world.pull().result == PullResult::up_to_date);

  world.move_upstream({{"first.md", changed + "later\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("first.md") == changed + "later\n");
}

TEST_CASE("upstream's folder may take the name of a file that was renamed here", "[sync][resolve][renames]") {
  World world;
  world.start({{"old.md", base}, {"docs/deep.md", theirs}});
  fs::rename(world.local("old.md"), world.local("mine.md"));
  fs::rename(world.local("docs/deep.md"), world.local("deep.md"));
  fs::remove(world.local("docs"));
  const DiskTree before = world.here();
  fs::remove_all(world.upstream.path() / "docs");
  world.move_upstream({{"old.md", std::nullopt}, {"old.md/inner.md", "inner\n"}, {"docs", "a file now\n"}});
  CHECK(lines(world.pull().conflicts) == Lines{"rename-delete deep.md", "rename-delete mine.md"});
  CHECK(world.read("old.md/inner.md") == "inner\n");
  CHECK(world.read("docs") == "a file now\n");
  const Resolver resolver{world};
  SECTION("given up") {
    world.abort();
    CHECK(world.here() == before);
  }
  SECTION("kept") {
    resolver(Resolution::mine, {"mine.md", "deep.md"});
    world.continue_pull();
    CHECK(world.read("mine.md") == base);
    CHECK(world.pull().result == PullResult::up_to_date);
  }
  SECTION("deleted") {
    resolver(Resolution::theirs, {"mine.md", "deep.md"});
    world.continue_pull();
    CHECK_FALSE(world.exists("mine.md"));
    CHECK_FALSE(world.exists("deep.md"));
    CHECK(world.pull().result == PullResult::up_to_date);
  }
}
