#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "ddx/snapshot.hpp"
#include "resolver.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

TEST_CASE("a union of two new files with different modes has the lines of both, and your mode",
          "[sync][resolve]") {
  World world;
  world.start({{"a.md", "a\n"}});
  world.write("new", "mine\n");
  fs::permissions(world.local("new"), fs::perms::owner_all);
  world.move_upstream({{"new", "theirs\n"}});
  REQUIRE(lines(world.pull().conflicts) == Lines{"add-add new"});
  const std::string words = "kept both in 1 conflicting hunk of 'new' (--union), with your mode";
  SECTION("by a resolve") {
    const ResolveReport report = Resolver{world}(Resolution::union_of_both, {"new"});
    REQUIRE(report.decided.size() == 1);
    CHECK(report.decided[0].words == words);
  }
  SECTION("by the end of the pull") {
    CHECK(world.continue_pull({{"", Side::union_of_both}}).decisions == Lines{words});
  }
  CHECK(world.here().at("new") == "755 mine\ntheirs\n");
}

TEST_CASE("a file that got an attribute against merging since the pull is not emptied", "[sync][resolve]") {
  World world;
  open_text(world);
  const std::string marked = world.read("text.md");
  world.repository.write(".gitattributes", ".ddx/text.md -merge\n");
  const Resolver resolver{world};
  SECTION("both sides' lines cannot be taken") {
    const ResolveReport report = resolver(Resolution::union_of_both, {"text.md"});
    REQUIRE(report.undecided.size() == 1);
    CHECK(report.undecided[0].why == "'text.md' has no lines to take from both sides");
    CHECK(failure_of([&] {
            world.continue_pull({{"", Side::union_of_both}});
          }).code() == ErrorCode::unresolved);
    CHECK(world.read("text.md") == marked);
  }
  SECTION("the original is taken whole") {
    CHECK(resolver(Resolution::base, {"text.md"}).decided.at(0).words ==
          "took the original version of 'text.md' (--base)");
    CHECK(world.read("text.md") == base);
  }
}

TEST_CASE("an edit between the pull and the first decision is part of yours in every later one",
          "[sync][resolve]") {
  World world;
  const std::string zero(1, '\0');
  world.start({{"old.md", base}, {"image.bin", zero + "base"}, {"moved.md", base}});
  fs::rename(world.local("old.md"), world.local("mine.md"));
  world.write("mine.md", "mine on top\n" + base);
  world.write("image.bin", zero + "mine");
  world.write("ignored.bin", zero + "mine");
  world.write("moved.md", "mine on top\n" + base);
  world.write("new.md/inner.md", "ours\n");
  world.repository.write(".gitignore", "ignored.bin\n");
  world.move_upstream({{"old.md", std::nullopt},
                       {"theirs.md", base + "theirs below\n"},
                       {"image.bin", zero + "theirs"},
                       {"ignored.bin", zero + "theirs"},
                       {"moved.md", std::nullopt},
                       {"new.md", base + "theirs below\n"}});
  REQUIRE(lines(world.pull().conflicts) ==
          Lines{"binary ignored.bin", "binary image.bin", "rename-rename mine.md", "type new.md"});
  const std::string edited = "late\nmine on top\n" + base;
  world.write("mine.md", edited);
  world.write("image.bin", zero + "edited since");
  world.write("ignored.bin", zero + "edited since");
  world.write("moved.md", edited);
  fs::remove_all(world.local("new.md"));

  const Resolver resolver{world};
  const Lines all{"ignored.bin", "image.bin", "mine.md", "new.md"};
  const Resolution first = GENERATE(Resolution::mine, Resolution::theirs);
  REQUIRE(resolver(first, all).decided.size() == 4);
  REQUIRE(resolver(Resolution::theirs, all).decided.size() == 4);
  CHECK(world.read("theirs.md") == edited + "theirs below\n");
  CHECK(world.read("new.md") == edited + "theirs below\n");
  CHECK(world.read("image.bin") == zero + "theirs");
  REQUIRE(resolver(Resolution::mine, all).decided.size() == 4);
  CHECK(world.read("mine.md") == edited + "theirs below\n");
  CHECK(world.read("new.md") == edited + "theirs below\n");
  CHECK(world.read("image.bin") == zero + "edited since");
  CHECK(world.read("ignored.bin") == zero + "edited since");
  CHECK(world.continue_pull().result == PullResult::updated);
}

TEST_CASE("what a decision needs of the past cannot be deleted", "[sync][resolve][snapshot]") {
  World world;
  world.start({{"image.bin", std::string(1, '\0')}});
  world.write("image.bin", std::string(1, '\0') + "mine");
  world.move_upstream({{"image.bin", std::string(1, '\0') + "theirs"}});
  world.pull();
  const std::string snapshot = Resolver{world}(Resolution::theirs).snapshot;
  CHECK(failure_of([&] { delete_snapshots(world.workspace(), {snapshot}, world.host); }).code() ==
        ErrorCode::operation_open);
}

TEST_CASE("opening a conflict again brings back what was edited by hand before the decision",
          "[sync][resolve]") {
  World world;
  world.start({{"text.md", base}, {"image.bin", std::string(1, '\0')}, {"old.md", base}});
  world.write("text.md", mine);
  world.write("image.bin", std::string(1, '\0') + "mine");
  fs::rename(world.local("old.md"), world.local("mine.md"));
  world.move_upstream({{"text.md", theirs},
                       {"image.bin", std::string(1, '\0') + "theirs"},
                       {"old.md", std::nullopt},
                       {"theirs.md", base}});
  REQUIRE(world.pull().conflicts.size() == 3);
  const std::string marked = world.read("text.md");
  world.write("text.md", "BY HAND\n" + marked.substr(marked.find('\n', marked.find(">>>>>>>")) + 1));
  world.write("image.bin", std::string(1, '\0') + "edited since");
  world.write("mine.md", base + "edited since\n");
  const DiskTree edited = world.here();
  const Resolver resolver{world};
  Lines all{"text.md", "image.bin", "mine.md"};
  SECTION("not decided yet") { all = {"text.md"}; }
  SECTION("decided in an editor") {
    all = {"text.md"};
    resolver.write("text.md", "from an editor\n");
  }
  SECTION("decided by a side") { resolver(GENERATE(Resolution::mine, Resolution::theirs), all); }
  SECTION("decided twice") {
    resolver(Resolution::theirs, all);
    world.write("text.md", "edited in between\n");
    resolver(Resolution::mine, all);
    resolver(Resolution::theirs, all);
  }
  resolver(Resolution::open_again, all);
  CHECK(world.here() == edited);
}

TEST_CASE("a text that was decided by hand alone opens again as the pull left it", "[sync][resolve]") {
  World world;
  open_text(world);
  const std::string marked = world.read("text.md");
  world.write("text.md", "by hand\n");
  const Resolver resolver{world};
  resolver(Resolution::edited, {"text.md"});
  CHECK(resolver(Resolution::open_again, {"text.md"}).open == 1);
  CHECK(world.read("text.md") == marked);
}
