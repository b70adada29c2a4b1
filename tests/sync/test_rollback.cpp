#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string theirs = "one\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";

RollbackRequest to(const std::string& target) {
  RollbackRequest request;
  request.to = target;
  return request;
}

void make_executable(const fs::path& file) {
  fs::permissions(file, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                  fs::perm_options::add);
}

}  // namespace

TEST_CASE("a rollback undoes the last pull byte for byte", "[sync][rollback]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  fs::create_directories(world.remote("."));
  fs::create_symlink("a.md", world.remote("link"));
  world.start(
      {{"a.md", text}, {"gone/b.md", "b\n"}, {"run.sh", "#!/bin/sh\n"}, {"old-name.md", text + "renamed\n"}});
  world.write("a.md", "mine\n" + text);
  world.write("stray.md", "stray\n");
  const auto before = world.everything();
  const std::string git_state = world.git_state();
  make_executable(world.remote("run.sh"));
  fs::remove(world.remote("link"));
  fs::create_symlink("elsewhere", world.remote("link"));
  world.move_upstream({{"a.md", theirs},
                       {"gone/b.md", std::nullopt},
                       {"new/deep/c.md", "c\n"},
                       {"old-name.md", std::nullopt},
                       {"new-name.md", text + "renamed\n"}});
  const PullReport pulled = world.pull();
  const auto after = world.everything();
  REQUIRE(after != before);

  const RollbackReport report = world.rollback();

  CHECK(report.result == RollbackResult::rolled_back);
  CHECK(report.undone == Lines{pulled.operation});
  CHECK(world.everything() == before);
  CHECK_FALSE(world.exists("new"));
  CHECK(world.git_state() == git_state);
  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.everything() == after);
}

TEST_CASE("repeated rollbacks walk back, down to before init", "[sync][rollback]") {  // [SC H1, H4]
  World world;
  write_file(world.root / "main.c", "int main;\n");
  const auto nothing = world.everything();
  world.move_upstream({{"a.md", "1\n"}});
  world.init();
  const auto first = world.everything();
  world.move_upstream({{"a.md", "2\n"}, {"b.md", "b\n"}});
  world.pull();
  const auto second = world.everything();
  world.move_upstream({{"a.md", "3\n"}});
  world.pull();

  world.rollback();
  CHECK(world.everything() == second);
  world.rollback();
  CHECK(world.everything() == first);
  const auto operations = list_operations(world.workspace(), world.host);
  const Workspace workspace = world.workspace();
  world.rollback();
  CHECK(world.everything() == nothing);
  CHECK_FALSE(world.exists(""));
  REQUIRE(operations.size() == 5);
  CHECK(operations[0].kind == "rollback");
  CHECK(operations[2].kind == "pull");
  CHECK(operations[2].undone);
  CHECK(operations[4].kind == "init");
  CHECK_FALSE(operations[4].undone);
  CHECK(failure_of([&] { ddx::rollback(workspace, {}, world.host); }).code() == ErrorCode::no_such_target);
  CHECK(world.init().pull.result == PullResult::updated);
  CHECK(world.here() == world.theirs());
}

TEST_CASE("an undone pull can be undone from there again, and pulled again", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "1\n"}});
  for (int i = 2; i < 5; ++i) {
    world.move_upstream({{"a.md", std::to_string(i) + "\n"}});
    world.pull();
    world.rollback();
    CHECK(world.read("a.md") == "1\n");
  }
  world.pull();
  CHECK(world.read("a.md") == "4\n");
  world.rollback();
  CHECK(world.read("a.md") == "1\n");
}

TEST_CASE("a rollback keeps edits made since", "[sync][rollback]") {  // [SC H13]
  World world;
  world.start({{"a.md", text}, {"b.md", "b\n"}});
  world.move_upstream({{"a.md", theirs}, {"b.md", "B\n"}, {"new.md", "new\n"}});
  world.pull();
  world.write("a.md", "LATER\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n");
  world.write("fresh.md", "fresh\n");
  const RollbackReport report = world.rollback();
  CHECK(report.result == RollbackResult::rolled_back);
  CHECK(world.here() == DiskTree{{"a.md", "644 LATER\ntwo\nthree\nfour\nfive\nsix\nseven\n"},
                                 {"b.md", "644 b\n"},
                                 {"fresh.md", "644 fresh\n"}});
  CHECK(world.snapshot(report.snapshot).at(".ddx/a.md") ==
        "644 LATER\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n");
  CHECK(lines(world.status()) ==
        Lines{"a.md: both", "b.md: behind", "fresh.md: local only", "new.md: behind"});
}

TEST_CASE("a rollback that meets an edit of the same lines changes nothing", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", "b\n"}});
  world.move_upstream({{"a.md", "theirs\n"}, {"b.md", "B\n"}, {"new.md", "new\n"}});
  world.pull();
  world.write("a.md", "edited since\n");
  world.write("new.md", "edited since too\n");
  const auto before = world.everything();
  const RollbackReport report = world.rollback();
  CHECK(report.result == RollbackResult::conflicts);
  CHECK(lines(report.conflicts) == Lines{"content a.md", "modify-delete new.md"});
  CHECK(report.operation.empty());
  CHECK(world.everything() == before);

  RollbackRequest rest;
  rest.paths = {"b.md"};
  CHECK(world.rollback(rest).result == RollbackResult::rolled_back);
  CHECK(world.read("b.md") == "b\n");
  CHECK(world.read("a.md") == "edited since\n");
}

TEST_CASE("a rollback of chosen paths undoes these, and a pull brings them back", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "a\n"}, {"folder/b.md", "b\n"}, {"folder/c.md", "c\n"}});
  world.move_upstream({{"a.md", "A\n"}, {"folder/b.md", "B\n"}, {"folder/c.md", "C\n"}});
  world.pull();
  const auto pulled = world.everything();
  RollbackRequest request;
  request.paths = {"folder"};
  CHECK(lines(world.rollback(request).changes) ==
        Lines{"updated modified folder/b.md", "updated modified folder/c.md"});
  CHECK(world.here() ==
        DiskTree{{"a.md", "644 A\n"}, {"folder/b.md", "644 b\n"}, {"folder/c.md", "644 c\n"}});
  CHECK(lines(world.status()) == Lines{"a.md: in sync", "folder/b.md: behind", "folder/c.md: behind"});
  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.everything() == pulled);
}

TEST_CASE("rollback --to restores an operation's or a snapshot's state exactly", "[sync][rollback]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::two_projects));
  world.start({{"a.md", "1\n"}});
  world.write("mine.md", "mine\n");
  world.move_upstream({{"a.md", "2\n"}, {"b.md", "b\n"}});
  const auto before_first = world.here();
  const PullReport first = world.pull();
  const auto after_first = world.everything();
  world.move_upstream({{"a.md", "3\n"}});
  const PullReport second = world.pull();
  const auto after_second = world.everything();
  world.write("a.md", "edited since\n");
  world.write("later.md", "later\n");

  const RollbackReport report = world.rollback(to(first.operation));
  CHECK(report.result == RollbackResult::rolled_back);
  CHECK(world.everything() == after_first);
  const DiskTree saved = world.snapshot(report.snapshot);
  CHECK(saved.at(".ddx/a.md") == "644 edited since\n");
  CHECK(saved.at(".ddx/later.md") == "644 later\n");
  CHECK(world.rollback(to(second.operation)).result == RollbackResult::rolled_back);
  CHECK(world.everything() == after_second);
  CHECK(world.rollback(to(first.snapshot)).result == RollbackResult::rolled_back);
  CHECK(world.here() == before_first);
  CHECK(world.rollback(to(first.snapshot)).result == RollbackResult::nothing_to_do);
  CHECK(world.rollback(to(report.snapshot)).result == RollbackResult::rolled_back);
  CHECK(world.read("later.md") == "later\n");
}

TEST_CASE("a target that is no operation is named, also when it is ambiguous", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}});
  const PullReport report = world.pull();
  for (const std::string& target :
       {std::string("nope"), std::string("snap-nope"), std::string(), report.operation.substr(0, 2)}) {
    CAPTURE(target);
    const Error error = failure_of([&] { world.rollback(to(target)); });
    CHECK(error.code() == ErrorCode::no_such_target);
    CHECK(suggests(error, Recovery::list_targets));
  }
  CHECK(world.rollback(to(report.operation)).result == RollbackResult::nothing_to_do);
}

TEST_CASE("a dry run of a rollback tells the same and changes nothing", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "1\n"}, {"b.md", "b\n"}});
  world.move_upstream({{"a.md", "2\n"}, {"b.md", std::nullopt}, {"c.md", "c\n"}});
  world.pull();
  const auto before = world.everything();
  RollbackRequest dry;
  dry.dry_run = DryRun::yes;
  const RollbackReport planned = world.rollback(dry);
  CHECK(planned.result == RollbackResult::planned);
  CHECK(planned.operation.empty());
  CHECK(world.everything() == before);
  CHECK(world.rollback().changes == planned.changes);
}

TEST_CASE("a pull with conflicts is undone together with its end", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", "b\n"}});
  world.write("a.md", "mine\n");
  const auto before = world.everything();
  world.move_upstream({{"a.md", "theirs\n"}, {"b.md", "B\n"}});
  world.pull();
  SECTION("continued") {
    world.write("a.md", "both\n");
    world.continue_pull();
    CHECK(world.rollback().result == RollbackResult::rolled_back);
  }
  SECTION("aborted: there is nothing of it left to undo") {
    world.abort();
    CHECK(list_operations(world.workspace(), world.host)[1].undone);
  }
  CHECK(world.everything() == before);
}

TEST_CASE("rollback --commit commits what it undid and leaves the rest", "[sync][rollback]") {
  World world;
  world.start({{"a.md", text}, {"b.md", "b\n"}});
  const std::string tree = world.repository.git({"rev-parse", "HEAD^{tree}"});
  world.move_upstream({{"a.md", theirs}, {"b.md", std::nullopt}, {"c.md", "c\n"}});
  PullRequest pull;
  pull.commit = true;
  REQUIRE(world.pull(pull).commit);
  write_file(world.root / "staged.c", "int staged;\n");
  world.repository.git({"add", "staged.c"});
  RollbackRequest request;
  request.commit = true;
  const RollbackReport report = world.rollback(request);
  REQUIRE(report.commit);
  CHECK(world.repository.git({"rev-parse", "HEAD"}) == report.commit->str());
  CHECK(world.repository.git({"rev-parse", "HEAD^{tree}"}) == tree);
  CHECK(world.repository.git({"status", "--porcelain"}) == "A  staged.c");
}

TEST_CASE("rollback --to --commit commits the state that it restores", "[sync][rollback]") {
  World world;
  world.repository.git({"config", "core.autocrlf", GENERATE("false", "true")});
  world.start({{"a.md", text}, {"b.md", "b\n"}});
  PullRequest pull;
  pull.commit = true;
  world.move_upstream({{"a.md", theirs}, {"c.md", "c\n"}});
  const PullReport first = world.pull(pull);
  const std::string tree = world.repository.git({"rev-parse", "HEAD^{tree}"});
  world.move_upstream({{"a.md", text}, {"b.md", std::nullopt}});
  world.pull(pull);
  RollbackRequest request = to(first.operation);
  request.commit = true;
  REQUIRE(world.rollback(request).commit);
  CHECK(world.repository.git({"rev-parse", "HEAD^{tree}"}) == tree);
  CHECK(world.repository.git({"status", "--porcelain"}).empty());
}

TEST_CASE("rollback --commit of an init takes what it made out of the project", "[sync][rollback]") {
  World world;
  write_file(world.root / "main.c", "int main;\n");
  world.commit_project("first");
  const std::string tree = world.repository.git({"rev-parse", "HEAD^{tree}"});
  world.move_upstream({{"a.md", "a\n"}});
  InitRequest init;
  init.commit = true;
  world.init(init);
  RollbackRequest request;
  request.commit = true;
  REQUIRE(world.rollback(request).commit);
  CHECK(world.repository.git({"rev-parse", "HEAD^{tree}"}) == tree);
  CHECK(world.repository.git({"status", "--porcelain"}).empty());
}

TEST_CASE("rollback --to for chosen paths takes their bases along", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "1\n"}, {"b.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}, {"b.md", "2\n"}});
  const PullReport report = world.pull();
  const auto pulled = world.everything();
  RollbackRequest request = to(report.snapshot);
  request.paths = {"a.md"};
  CHECK(lines(world.rollback(request).changes) == Lines{"updated modified a.md"});
  CHECK(lines(world.status()) == Lines{"a.md: behind", "b.md: in sync"});
  CHECK(lines(world.pull().changes) == Lines{"updated modified a.md"});
  CHECK(world.everything() == pulled);
}

TEST_CASE("a rollback after init takes away what init made and nothing else",
          "[sync][rollback]") {  // [SC H11]
  World world;
  world.move_upstream({{"equal.md", "equal\n"}, {"new/a.md", "a\n"}});
  world.write("equal.md", "equal\n");
  world.write("mine.md", "mine\n");
  const auto before = world.everything();
  world.init();
  CHECK(world.rollback().result == RollbackResult::rolled_back);
  CHECK(world.everything() == before);
  CHECK_FALSE(world.exists("new"));
}

TEST_CASE("a configuration edited since init stays when init is undone", "[sync][rollback]") {
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  world.init();
  world.configure("exclude: [b.md]\n");
  const std::string edited = read_file(world.root / ".ddx.yml");
  const RollbackReport report = world.rollback();
  CHECK(read_file(world.root / ".ddx.yml") == edited);
  CHECK(report.warnings.size() == 1);
  CHECK(world.here().empty());
}
