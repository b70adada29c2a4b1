#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

std::string text(const std::string& first = "first", const std::string& last = "last") {
  std::string lines = first + "\n";
  for (int i = 0; i < 30; ++i) lines += "a line that stays, number " + std::to_string(i) + "\n";
  return lines + last + "\n";
}

void rename_here(const World& world, const std::string& from, const std::string& to) {
  fs::create_directories(world.local(to).parent_path());
  fs::rename(world.local(from), world.local(to));
}

/// The next pull finds nothing, and neither does one after an unrelated change.
void check_settled(World& world) {
  CHECK(world.pull().result == PullResult::up_to_date);
  const std::string name = world.exists("unrelated.md") ? "unrelated 2.md" : "unrelated.md";
  world.move_upstream({{name, "unrelated\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.changes) == Lines{"new added " + name});
  CHECK(report.conflicts.empty());
}

}  // namespace

TEST_CASE("upstream's edit follows a file that was renamed here", "[sync][pull][renames]") {  // [SC E13]
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  world.start({{"old.md", text()}, {"moved.md", text("moved")}, {"b.md", "b\n"}});
  rename_here(world, "old.md", "mine/new.md");
  world.write("mine/new.md", text("MINE"));
  rename_here(world, "moved.md", "mine/just moved.md");
  world.move_upstream({{"old.md", text("first", "THEIRS")}, {"moved.md", text("moved", "THEIRS")}});
  PullRequest dry;
  dry.dry_run = DryRun::yes;
  const PullReport planned = world.pull(dry);
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(planned.changes == report.changes);
  CHECK(lines(report.changes) == Lines{"updated modified mine/just moved.md", "merged modified mine/new.md"});
  CHECK(world.here() == DiskTree{{"b.md", "644 b\n"},
                                 {"mine/just moved.md", "644 " + text("moved", "THEIRS")},
                                 {"mine/new.md", "644 " + text("MINE", "THEIRS")}});
  check_settled(world);
  world.move_upstream({{"old.md", text("first", "AGAIN")}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("mine/new.md") == text("MINE", "AGAIN"));
  CHECK(lines(world.status()) == Lines{"b.md: in sync", "mine/just moved.md: in sync",
                                       "mine/new.md: customized", "unrelated.md: in sync"});
  SECTION("moved again here, it is still known") {
    rename_here(world, "mine/new.md", "third.md");
    world.move_upstream({{"old.md", text("first", "ONCE MORE")}});
    CHECK(world.pull().conflicts.empty());
    CHECK(world.read("third.md") == text("MINE", "ONCE MORE"));
    CHECK_FALSE(world.exists("mine/new.md"));
  }
  SECTION("moved back here, it is an ordinary file again") {
    rename_here(world, "mine/new.md", "old.md");
    world.move_upstream({{"old.md", text("first", "ONCE MORE")}});
    CHECK(world.pull().conflicts.empty());
    CHECK(world.read("old.md") == text("MINE", "ONCE MORE"));
    check_settled(world);
  }
  SECTION("renamed to the same name upstream, it is an ordinary file again") {
    world.move_upstream({{"old.md", std::nullopt}, {"mine/new.md", text("first", "ONCE MORE")}});
    CHECK(world.pull().conflicts.empty());
    CHECK(world.read("mine/new.md") == text("MINE", "ONCE MORE"));
    CHECK(world.pull().result == PullResult::up_to_date);
  }
  SECTION("renamed to another name upstream, the names conflict") {
    world.move_upstream({{"old.md", std::nullopt}, {"theirs.md", text("first", "ONCE MORE")}});
    CHECK(lines(world.pull().conflicts) == Lines{"rename-rename mine/new.md"});
    CHECK(world.read("mine/new.md") == text("MINE", "AGAIN"));
    world.continue_pull({{"", Side::theirs}});
    CHECK_FALSE(world.exists("mine/new.md"));
    CHECK(world.read("theirs.md") == text("MINE", "ONCE MORE"));
    CHECK(world.pull().result == PullResult::up_to_date);
  }
  SECTION("deleted upstream, it is a conflict") {
    world.move_upstream({{"old.md", std::nullopt}});
    CHECK(lines(world.pull().conflicts) == Lines{"rename-delete mine/new.md"});
  }
}

TEST_CASE("a conflict in a file that was renamed here has its markers at the new name",
          "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  rename_here(world, "old.md", "new.md");
  world.write("new.md", text("MINE"));
  world.move_upstream({{"old.md", text("THEIRS")}});
  const auto before = world.everything();
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"content new.md"});
  CHECK(report.conflicts[0].their_path == RelPath::parse("old.md"));
  CHECK(world.read("new.md").starts_with("<<<<<<< yours\nMINE\n"));
  CHECK_FALSE(world.exists("old.md"));
  SECTION("aborted, all is as it was") {
    world.abort();
    CHECK(world.everything() == before);
    CHECK(lines(world.pull().conflicts) == Lines{"content new.md"});
  }
  SECTION("continued with a side, the base is known by the new name") {
    const Side side = GENERATE(Side::mine, Side::theirs);
    world.continue_pull({{"", side}});
    CHECK(world.read("new.md") == text(side == Side::mine ? "MINE" : "THEIRS"));
    check_settled(world);
  }
  SECTION("resolved by hand, it is too") {
    world.write("new.md", text("BOTH"));
    world.continue_pull();
    check_settled(world);
    world.move_upstream({{"old.md", text("THEIRS", "NEXT")}});
    CHECK(world.pull().conflicts.empty());
    CHECK(world.read("new.md") == text("BOTH", "NEXT"));
  }
}

TEST_CASE("a file that both renamed to one name is merged there", "[sync][pull][renames]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree));
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  rename_here(world, "old.md", "new.md");
  world.write("new.md", text("MINE"));
  world.move_upstream({{"old.md", std::nullopt}, {"new.md", text("first", "THEIRS")}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.here() == DiskTree{{"b.md", "644 b\n"}, {"new.md", "644 " + text("MINE", "THEIRS")}});
  check_settled(world);
}

TEST_CASE("a file that both renamed differently stays until one name is chosen",
          "[sync][pull][renames]") {  // [SC E13]
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  rename_here(world, "old.md", "mine.md");
  world.write("mine.md", text("MINE"));
  world.move_upstream({{"old.md", std::nullopt}, {"theirs.md", text("first", "THEIRS")}, {"b.md", "B\n"}});
  const auto before = world.everything();
  const DiskTree merged = {{"b.md", "644 B\n"}};
  const auto with = [&](const std::string& name, const std::string& bytes) {
    DiskTree tree = merged;
    tree[name] = "644 " + bytes;
    return tree;
  };
  SECTION("chosen beforehand") {
    PullRequest request;
    const Side side = GENERATE(Side::mine, Side::theirs);
    request.sides = {{"", side}};
    const PullReport report = world.pull(request);
    CHECK(report.conflicts.empty());
    CHECK(report.decisions.size() == 1);
    CHECK(world.here() == with(side == Side::mine ? "mine.md" : "theirs.md", text("MINE", "THEIRS")));
    check_settled(world);
    return;
  }
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"rename-rename mine.md"});
  CHECK(report.conflicts[0].their_path == RelPath::parse("theirs.md"));
  CHECK(world.here() == with("mine.md", text("MINE")));
  CHECK(failure_of([&] { world.continue_pull(); }).code() == ErrorCode::unresolved);
  SECTION("mine") {
    world.continue_pull({{"", Side::mine}});
    CHECK(world.here() == with("mine.md", text("MINE", "THEIRS")));
    check_settled(world);
    world.move_upstream({{"theirs.md", text("first", "NEXT")}});
    CHECK(world.pull().conflicts.empty());
    CHECK(world.read("mine.md") == text("MINE", "NEXT"));
  }
  SECTION("theirs") {
    world.continue_pull({{"", Side::theirs}});
    CHECK(world.here() == with("theirs.md", text("MINE", "THEIRS")));
    check_settled(world);
  }
  SECTION("by hand") {
    rename_here(world, "mine.md", "theirs.md");
    world.continue_pull();
    CHECK(world.here() == with("theirs.md", text("MINE")));
    check_settled(world);
  }
  SECTION("aborted") {
    world.abort();
    CHECK(world.everything() == before);
  }
}

TEST_CASE("a file renamed here and deleted upstream is a conflict", "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  rename_here(world, "old.md", "new.md");
  world.move_upstream({{"old.md", std::nullopt}});
  CHECK(lines(world.pull().conflicts) == Lines{"rename-delete new.md"});
  CHECK(world.read("new.md") == text());
  const Side side = GENERATE(Side::mine, Side::theirs);
  world.continue_pull({{"", side}});
  CHECK(world.exists("new.md") == (side == Side::mine));
  check_settled(world);
}

TEST_CASE("a file deleted here and renamed upstream takes the side that was chosen",
          "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  world.edit({{"old.md", std::nullopt}});
  world.move_upstream({{"old.md", std::nullopt}, {"new.md", text()}});
  CHECK(lines(world.pull().conflicts) == Lines{"rename-delete new.md"});
  const Side side = GENERATE(Side::mine, Side::theirs);
  world.continue_pull({{"", side}});
  CHECK(world.exists("new.md") == (side == Side::theirs));
  check_settled(world);
}

TEST_CASE("where a new name is taken on the other side, each name is a conflict of its own",
          "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  SECTION("renamed upstream to where a local file is") {
    world.write("old.md", text("MINE"));
    world.write("new.md", "something else\n");
    world.move_upstream({{"old.md", std::nullopt}, {"new.md", text("first", "THEIRS")}});
    CHECK(lines(world.pull().conflicts) == Lines{"add-add new.md", "modify-delete old.md"});
    CHECK(world.read("old.md") == text("MINE"));
    CHECK(world.read("new.md").find("something else\n") != std::string::npos);
  }
  SECTION("renamed here to where upstream has a new file") {
    rename_here(world, "old.md", "new.md");
    world.move_upstream({{"old.md", text("first", "THEIRS")}, {"new.md", "something else\n"}});
    CHECK(lines(world.pull().conflicts) == Lines{"add-add new.md", "delete-modify old.md"});
  }
  world.continue_pull({{"", Side::theirs}});
  CHECK(world.here() == world.theirs());
  check_settled(world);
}

TEST_CASE("a file that git ignores is never taken for a renamed one", "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  write_file(world.root / ".gitignore", "*.bak\n");
  rename_here(world, "old.md", "old.bak");
  world.move_upstream({{"old.md", text("first", "THEIRS")}});
  CHECK(lines(world.pull().conflicts) == Lines{"delete-modify old.md"});
  CHECK(world.read("old.bak") == text());
}

TEST_CASE("a commit of the pull follows a rename that was committed", "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"b.md", "b\n"}});
  rename_here(world, "old.md", "new.md");
  world.commit_project("renamed");
  world.move_upstream({{"old.md", text("first", "THEIRS")}});
  PullRequest request;
  request.commit = true;
  CHECK(world.pull(request).conflicts.empty());
  CHECK(world.read("new.md") == text("first", "THEIRS"));
  CHECK(world.repository.git({"status", "--porcelain"}).empty());
}

TEST_CASE("a folder that upstream renamed leaves local files where they are",
          "[sync][pull][renames]") {  // [SC C11]
  World world;
  world.start({{"old/a.md", text("a")}, {"old/b.md", text("b")}});
  world.write("old/local.md", "only here\n");
  world.write("old/a.md", text("a", "MINE"));
  world.move_upstream({{"old/a.md", std::nullopt},
                       {"old/b.md", std::nullopt},
                       {"new/a.md", text("a")},
                       {"new/b.md", text("b")}});
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(world.here() == DiskTree{{"new/a.md", "644 " + text("a", "MINE")},
                                 {"new/b.md", "644 " + text("b")},
                                 {"old/local.md", "644 only here\n"}});
  CHECK(report.warnings ==
        Lines{"upstream renamed the folder 'old' to 'new'; 1 file that is only here stays in 'old'"});
}

TEST_CASE("the same new file with another mode is a conflict of modes", "[sync][pull][kinds]") {
  World world;
  world.start({{"b.md", "b\n"}});
  world.write("run.sh", "#!/bin/sh\n");
  write_file(world.remote("run.sh"), "#!/bin/sh\n");
  fs::permissions(world.remote("run.sh"), fs::perms(0755));
  world.move_upstream({});
  CHECK(lines(world.pull().conflicts) == Lines{"mode run.sh"});
  CHECK(world.here().at("run.sh") == "644 #!/bin/sh\n");
  const Side side = GENERATE(Side::mine, Side::theirs);
  world.continue_pull({{"", side}});
  CHECK(world.here().at("run.sh") == (side == Side::mine ? "644 #!/bin/sh\n" : "755 #!/bin/sh\n"));
  check_settled(world);
}

TEST_CASE("upstream's file whose name differs only in case from one of yours waits",
          "[sync][pull][kinds]") {  // [SC E8]
  World world;
  world.start({{"b.md", "b\n"}, {"gone.md", "gone\n"}});
  world.write("Notes.md", "mine\n");
  world.move_upstream({{"notes.md", "theirs\n"}, {"gone.md", std::nullopt}, {"GONE.md", "another\n"}});
  CHECK(lines(world.pull().conflicts) == Lines{"case notes.md"});
  CHECK(world.here() ==
        DiskTree{{"GONE.md", "644 another\n"}, {"Notes.md", "644 mine\n"}, {"b.md", "644 b\n"}});
  const Side side = GENERATE(Side::mine, Side::theirs);
  world.continue_pull({{"", side}});
  CHECK(world.exists("notes.md") == (side == Side::theirs));
  CHECK(world.read("Notes.md") == "mine\n");
  check_settled(world);
}

TEST_CASE("a file that was renamed into a protected folder is held back, and stays known",
          "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"other.md", "other\n"}});
  world.configure("protect: [\"custom/**\"]\n");
  rename_here(world, "old.md", "custom/old.md");
  world.move_upstream({{"old.md", text("first", "THEIRS")}, {"other.md", "newer\n"}});
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(report.decisions == Lines{"held back 'custom/old.md' (protect)"});
  CHECK(world.read("custom/old.md") == text());
  CHECK(world.read("other.md") == "newer\n");
  CHECK_FALSE(world.exists("old.md"));
}

TEST_CASE("a renamed file is selected by upstream's name of it", "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"other.md", "other\n"}});
  rename_here(world, "old.md", "mine/old.md");
  world.move_upstream({{"old.md", text("first", "THEIRS")}});
  world.pull();
  CHECK(world.read("mine/old.md") == text("first", "THEIRS"));
  world.configure("exclude: [\"mine/**\"]\n");
  for (const char* edit : {"AGAIN", "AND AGAIN"}) {
    world.move_upstream({{"old.md", text("first", edit)}});
    CHECK(world.pull().conflicts.empty());
    CHECK(world.read("mine/old.md") == text("first", edit));
    CHECK_FALSE(world.exists("old.md"));
  }
}

TEST_CASE("a file that was renamed here, then deleted, and renamed upstream, can be decided",
          "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", text()}, {"other.md", "other\n"}});
  rename_here(world, "old.md", "mine.md");
  world.move_upstream({{"old.md", text("first", "THEIRS")}});
  world.pull();
  world.edit({{"mine.md", std::nullopt}});
  world.move_upstream({{"old.md", std::nullopt}, {"theirs.md", text("first", "THEIRS AGAIN")}});
  CHECK(lines(world.pull().conflicts) == Lines{"rename-delete theirs.md"});
  const Side side = GENERATE(Side::mine, Side::theirs);
  world.continue_pull({{"", side}});
  CHECK(world.exists("theirs.md") == (side == Side::theirs));
  CHECK_FALSE(world.exists("mine.md"));
  check_settled(world);
}
