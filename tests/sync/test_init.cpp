#include <catch2/catch_test_macros.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

InitRequest with(void (*change)(InitRequest&)) {
  InitRequest request;
  change(request);
  return request;
}

}  // namespace

TEST_CASE("init connects a fresh repository that has no commit yet", "[sync][init]") {
  World world;
  const std::string tip = world.move_upstream({{"a.md", "a\n"}, {"folder/b.md", "b\n"}});
  const InitReport report = world.init();
  CHECK(report.pull.result == PullResult::updated);
  CHECK(report.pull.to.commit.str() == tip);
  CHECK_FALSE(report.pull.from);
  CHECK_FALSE(report.not_yet_pulled);
  CHECK(report.follow == Follow(BranchName("main")));
  CHECK(lines(report.pull.changes) == Lines{"new added a.md", "new added folder/b.md"});
  CHECK(world.here() == world.theirs());
  CHECK(world.everything().contains(".ddx.yml"));
  CHECK(world.everything().contains(".ddx.lock"));
  CHECK(world.repository.try_git({"rev-parse", "--verify", "-q", "HEAD"}).exit != 0);
  CHECK_FALSE(report.pull.snapshot.empty());
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("init in a monorepo's subfolder stays in there", "[sync][init]") {
  World world;
  write_file(world.repository.path() / "README", "monorepo\n");
  world.root = world.repository.path() / "services/two words/ünïcode";
  fs::create_directories(world.root);
  world.move_upstream({{"a.md", "a\n"}});
  world.init();
  CHECK(world.here() == world.theirs());
  const auto all = world.everything();
  CHECK(all.size() == 4);
  CHECK(all.contains("services/two words/ünïcode/.ddx/a.md"));
  CHECK(all.contains("services/two words/ünïcode/.ddx.lock"));
  world.move_upstream({{"a.md", "better\n"}});
  world.pull();
  CHECK(world.here() == world.theirs());
}

TEST_CASE("init and pull work in a linked work tree, apart from the main one", "[sync][init]") {  // [SC A14]
  World world;
  world.start({{"a.md", "a\n"}});
  const fs::path linked = world.folder.path() / "linked";
  world.repository.git({"worktree", "add", "-q", linked.string()});
  world.move_upstream({{"a.md", "better\n"}});

  const Workspace workspace = Workspace::find(linked, world.host);
  CHECK(ddx::pull(workspace, {}, world.host).result == PullResult::updated);
  CHECK(read_file(linked / ".ddx/a.md") == "better\n");
  CHECK(world.read("a.md") == "a\n");
  CHECK(ddx::rollback(workspace, {}, world.host).result == RollbackResult::rolled_back);
  CHECK(read_file(linked / ".ddx/a.md") == "a\n");
  CHECK(world.pull().result == PullResult::updated);
  CHECK(list_operations(world.workspace(), world.host).size() == 2);
  CHECK(list_operations(workspace, world.host).size() == 2);
}

TEST_CASE("init works where the git directory is elsewhere", "[sync][init]") {  // [SC A14]
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  world.root = world.folder.path() / "separate";
  fs::create_directories(world.root);
  world.upstream.git({"init", "-q", "--separate-git-dir", (world.folder.path() / "elsewhere.git").string(),
                      world.root.string()});
  world.init();
  CHECK(world.here() == world.theirs());
  world.move_upstream({{"a.md", "better\n"}});
  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.here() == world.theirs());
}

TEST_CASE("a submodule can be the project", "[sync][init]") {  // [SC A14]
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  TestRepo library(world.folder.path() / "library");
  library.write("lib.c", "int lib;\n");
  library.commit("library");
  world.repository.git(
      {"-c", "protocol.file.allow=always", "submodule", "add", "-q", library.path().string(), "lib"});
  world.root = world.repository.path() / "lib";
  world.init();
  CHECK(world.here() == world.theirs());
  CHECK(world.workspace().worktree_root == world.root);
  CHECK_FALSE(fs::exists(world.repository.path() / ".ddx"));
  world.move_upstream({{"a.md", "better\n"}});
  world.pull();
  CHECK(world.here() == world.theirs());
}

TEST_CASE("without a repository init says so, and makes one when asked", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  world.root = world.folder.path() / "plain folder";
  fs::create_directories(world.root);
  const Error error = failure_of([&] { world.init(); });
  CHECK(error.code() == ErrorCode::not_a_repository);
  CHECK(suggests(error, Recovery::git_init));
  CHECK(fs::is_empty(world.root));

  const InitReport report = world.init(with([](InitRequest& request) { request.git_init = true; }));
  CHECK(report.made_repository);
  CHECK(fs::is_directory(world.root / ".git"));
  CHECK(world.here() == world.theirs());
}

TEST_CASE("commands before init say what to do and create nothing", "[sync][init]") {  // [SC A1]
  World world;
  const auto git_dir = tree_on_disk(world.root / ".git");
  CHECK(failure_of([&] { world.pull(); }).code() == ErrorCode::no_config);
  CHECK(failure_of([&] { world.status(); }).code() == ErrorCode::no_config);
  CHECK(failure_of([&] { world.rollback(); }).code() == ErrorCode::no_config);
  CHECK(world.everything().empty());
  CHECK(tree_on_disk(world.root / ".git") == git_dir);
}

TEST_CASE("a second init is refused and harms nothing", "[sync][init]") {  // [SC A7]
  World world;
  world.start({{"a.md", "a\n"}});
  world.write("a.md", "mine\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  const auto before = world.everything();
  const Error error = failure_of([&] { world.init(); });
  CHECK(error.code() == ErrorCode::already_initialised);
  CHECK(suggests(error, Recovery::reconfigure));
  CHECK(world.everything() == before);
  CHECK(list_operations(world.workspace(), world.host).size() == 1);
}

TEST_CASE("init never overwrites a file that is there already", "[sync][init]") {  // [SC A10, A11, C5]
  World world;
  world.move_upstream({{"equal.md", "equal\n"}, {"differs.md", "one\ntheirs\nthree\n"}, {"new.md", "new\n"}});
  world.write("equal.md", "equal\n");
  world.write("differs.md", "one\nmine\nthree\n");
  world.write("unrelated.md", "unrelated\n");
  const auto before = world.everything();
  const auto time = fs::last_write_time(world.local("equal.md"));

  const InitReport report = world.init();

  CHECK(report.pull.result == PullResult::conflicts);
  CHECK(lines(report.pull.changes) ==
        Lines{"conflict added differs.md", "converged added equal.md", "new added new.md"});
  CHECK(fs::last_write_time(world.local("equal.md")) == time);
  CHECK(world.read("unrelated.md") == "unrelated\n");
  CHECK(world.read("differs.md").find("<<<<<<< yours\n") != std::string::npos);
  CHECK(world.snapshot(report.pull.snapshot).at(".ddx/differs.md") == "644 one\nmine\nthree\n");

  world.abort();
  CHECK(world.everything() == before);
}

TEST_CASE("a conflict of init can be resolved and continued", "[sync][init]") {
  World world;
  world.move_upstream({{"differs.md", "theirs\n"}});
  world.write("differs.md", "mine\n");
  world.init();
  world.write("differs.md", "both\n");
  CHECK(world.continue_pull().result == PullResult::updated);
  CHECK(lines(world.status()) == Lines{"differs.md: customized"});
  world.move_upstream({{"other.md", "other\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("differs.md") == "both\n");
}

TEST_CASE("init offline writes the configuration, the next pull does the rest", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  const InitReport report =
      world.init(with([](InitRequest& request) { request.network = Network::offline; }));
  CHECK(report.not_yet_pulled);
  CHECK(world.here().empty());
  CHECK(world.status().current == std::nullopt);
  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.here() == world.theirs());
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("a dry run of init shows what comes and makes nothing", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  const InitReport report = world.init(with([](InitRequest& request) { request.dry_run = DryRun::yes; }));
  CHECK(report.pull.result == PullResult::planned);
  CHECK(lines(report.pull.changes) == Lines{"new added a.md"});
  CHECK(world.everything().empty());
}

TEST_CASE("include, exclude and path decide what comes and where to", "[sync][init]") {
  World world;
  world.move_upstream({{"prompts/a.md", "a\n"}, {"prompts/draft.md", "draft\n"}, {"templates/t.md", "t\n"}});
  world.init(with([](InitRequest& request) {
    request.include = {"prompts/"};
    request.exclude = {"draft.md"};
    request.path = "tools/shared";
  }));
  CHECK(tree_on_disk(world.root / "tools/shared") == DiskTree{{"prompts/a.md", "644 a\n"}});
  world.move_upstream({{"prompts/b.md", "b\n"}, {"templates/u.md", "u\n"}, {"prompts/draft.md", "better\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.changes) == Lines{"new added prompts/b.md"});
}

TEST_CASE("init --commit makes the first commit of a project without one", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  write_file(world.root / "mine.c", "int mine;\n");
  write_file(world.root / "staged.c", "int staged;\n");
  world.repository.git({"add", "staged.c"});
  const InitReport report = world.init(with([](InitRequest& request) { request.commit = true; }));
  REQUIRE(report.pull.commit);
  CHECK(world.repository.git({"rev-parse", "HEAD"}) == report.pull.commit->str());
  CHECK(world.repository.git({"ls-tree", "-r", "--name-only", "HEAD"}) == ".ddx.lock\n.ddx.yml\n.ddx/a.md");
  CHECK(world.repository.git({"status", "--porcelain"}) == "A  staged.c\n?? mine.c");
  CHECK(world.repository.git({"rev-list", "--count", "HEAD"}) == "1");
}

TEST_CASE("a project inside another one's local tree is refused", "[sync][init]") {
  World world;
  world.start({{"folder/a.md", "a\n"}});
  const auto before = world.everything();
  world.root = world.local("folder");
  CHECK(failure_of([&] { world.init(); }).code() == ErrorCode::usage);
  world.root = world.repository.path();
  CHECK(world.everything() == before);
}

TEST_CASE("a folder inside another project may be a project of its own", "[sync][init]") {
  World world;
  world.start({{"a.md", "a\n"}});
  world.root /= "sub";
  fs::create_directories(world.root);
  world.init();
  CHECK(world.here() == world.theirs());
  CHECK(world.workspace().prefix == "sub/");
}

TEST_CASE("the path of the local tree is checked before anything is written", "[sync][init]") {  // [SC A16]
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  for (const char* path : {"../outside", "/tmp/absolute", ".git", ".git/ddx", "a/../../b", "", "."}) {
    CAPTURE(path);
    InitRequest request;
    request.path = path;
    CHECK(exit_code(failure_of([&] { world.init(request); }).code()) == 2);
  }
  CHECK(world.everything().empty());
}

TEST_CASE("a file where the local tree should be is refused, not replaced", "[sync][init]") {  // [SC A16]
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  write_file(world.root / ".ddx", "a file\n");
  try {
    const InitReport report = world.init();
    CHECK(lines(report.pull.conflicts) == Lines{"type a.md"});
  } catch (const Error& error) {
    CHECK(error.aftermath() == Aftermath::nothing_changed);
  }
  CHECK(read_file(world.root / ".ddx") == "a file\n");
}
