#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string mine = "MINE\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string theirs = "one\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";
const std::string both = "MINE\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";

PullRequest committing() {
  PullRequest request;
  request.commit = true;
  return request;
}

/// Paths in HEAD's commit against its parent.
std::string committed(const World& world) {
  return world.repository.git(
      {"diff-tree", "-r", "--no-commit-id", "--name-only", "--no-renames", "HEAD^", "HEAD"});
}

std::string in_head(const World& world, const std::string& path) {
  return world.repository
      .try_git({"show", "HEAD:./" + fs::relative(world.root / path, world.repository.path()).string()})
      .out;
}

std::string dirty(const World& world) { return world.repository.git({"status", "--porcelain"}); }

}  // namespace

TEST_CASE("pull --commit commits the local tree and the lock, nothing else", "[sync][commit]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  world.start(
      {{"a.md", text}, {"gone.md", "gone\n"}, {"deep/er/last.md", "last\n"}, {"deep/kept.md", "kept\n"}});
  const std::string old_head = world.repository.git({"rev-parse", "HEAD"});
  const std::string tip = world.move_upstream(
      {{"a.md", theirs}, {"gone.md", std::nullopt}, {"deep/er/last.md", std::nullopt}, {"new/n.md", "n\n"}});

  const PullReport report = world.pull(committing());

  REQUIRE(report.commit);
  CHECK(world.repository.git({"rev-parse", "HEAD"}) == report.commit->str());
  CHECK(world.repository.git({"rev-parse", "HEAD^"}) == old_head);
  CHECK(dirty(world).empty());
  const std::string prefix = world.workspace().prefix;
  std::string expected;
  for (const char* path : {".ddx.lock", ".ddx/a.md", ".ddx/deep/er/last.md", ".ddx/gone.md", ".ddx/new/n.md"})
    expected += (expected.empty() ? "" : "\n") + prefix + path;
  CHECK(committed(world) == expected);
  CHECK(world.here() == world.theirs());
  const std::string message = world.repository.git({"log", "-1", "--format=%B"});
  CHECK(message.starts_with("ddx: update .ddx to main@"));
  CHECK(message.find("Ddx-Upstream: " + world.upstream.path().string() + "\nDdx-Commit: " + tip) !=
        std::string::npos);
  CHECK(world.repository.git({"log", "-1", "--format=%an <%ae> %cn"}) ==
        "Petra Project <petra@example.com> Petra Project");
  CHECK(world.repository.git({"fsck", "--strict", "--no-dangling"}).empty());
  const std::string empty_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  CHECK(world.repository.git({"ls-tree", "-r", "-t", "HEAD"}).find(empty_tree) == std::string::npos);
}

TEST_CASE("pull --commit leaves a file that was staged by hand staged", "[sync][commit]") {  // [SC C14]
  World world;
  world.start({{"a.md", text}});
  write_file(world.root / "staged.c", "int staged;\n");
  world.repository.git({"add", "staged.c"});
  write_file(world.root / "untracked.c", "int untracked;\n");
  world.move_upstream({{"a.md", theirs}});
  CHECK(world.pull(committing()).commit);
  CHECK(dirty(world) == "A  staged.c\n?? untracked.c");
  CHECK(in_head(world, ".ddx/a.md") == theirs);
}

TEST_CASE("pull --commit leaves uncommitted edits uncommitted", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}, {"b.md", text}, {"stray-free.md", "x\n"}});
  world.write("a.md", mine);
  world.write("local.md", "local\n");
  world.move_upstream({{"a.md", theirs}});
  CHECK(world.pull(committing()).commit);
  CHECK(world.read("a.md") == both);
  CHECK(in_head(world, ".ddx/a.md") == theirs);
  CHECK(dirty(world) == " M .ddx/a.md\n?? .ddx/local.md");
}

TEST_CASE("pull --commit merges HEAD, the index and the disk each on its own", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}});
  const std::string staged = "one\nSTAGED\nthree\nfour\nfive\nsix\nseven\n";
  const std::string on_disk = "one\nSTAGED\nthree\nDISK\nfive\nsix\nseven\n";
  world.write("a.md", staged);
  world.repository.git({"add", "-A"});
  world.write("a.md", on_disk);
  world.move_upstream({{"a.md", theirs}});
  CHECK(world.pull(committing()).commit);
  CHECK(in_head(world, ".ddx/a.md") == theirs);
  CHECK(world.repository.git({"show", ":.ddx/a.md"}) + "\n" ==
        "one\nSTAGED\nthree\nfour\nfive\nsix\nTHEIRS\n");
  CHECK(world.read("a.md") == "one\nSTAGED\nthree\nDISK\nfive\nsix\nTHEIRS\n");
}

TEST_CASE("pull --commit keeps a customization that is in HEAD", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}, {"folder/renamed.md", text + "tail\n"}});
  world.write("a.md", mine);
  world.write("folder/renamed.md", mine + "tail\n");
  world.commit_project("customize");
  world.move_upstream(
      {{"a.md", theirs}, {"folder/renamed.md", std::nullopt}, {"other/name.md", text + "tail\n"}});
  const PullReport report = world.pull(committing());
  REQUIRE(report.commit);
  CHECK(in_head(world, ".ddx/a.md") == both);
  CHECK(in_head(world, ".ddx/other/name.md") == mine + "tail\n");
  CHECK(in_head(world, ".ddx/folder/renamed.md").empty());
  CHECK(dirty(world).empty());
}

TEST_CASE("pull --commit of chosen paths commits a rename as a whole", "[sync][commit]") {
  World world;
  world.start({{"old.md", text}, {"b.md", "b\n"}});
  world.move_upstream({{"old.md", std::nullopt}, {"new.md", text}, {"b.md", "better\n"}});
  PullRequest request = committing();
  request.paths = {"new.md"};
  REQUIRE(world.pull(request).commit);
  CHECK(dirty(world).empty());
  CHECK(in_head(world, ".ddx/new.md") == text);
  CHECK(in_head(world, ".ddx/old.md").empty());
  CHECK(in_head(world, ".ddx/b.md") == "b\n");
}

TEST_CASE("pull --commit leaves nothing modified when files are held back", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}, {"held.md", "held\n"}});
  world.configure("protect: [held.md]\n");
  world.commit_project("protect");
  world.move_upstream({{"a.md", theirs}, {"held.md", "new\n"}});
  REQUIRE(world.pull(committing()).commit);
  CHECK(dirty(world).empty());
  CHECK(world.read("held.md") == "held\n");
}

TEST_CASE("pull --commit swaps a file and a folder", "[sync][commit]") {
  World world;
  world.start({{"file", "file\n"}, {"folder/a.md", "a\n"}, {"folder/b.md", "b\n"}});
  world.move_upstream({{"file", std::nullopt}, {"folder/a.md", std::nullopt}, {"folder/b.md", std::nullopt}});
  fs::remove(world.remote("folder"));
  world.upstream.write("file/inner.md", "inner\n");
  world.upstream.write("folder", "now a file\n");
  world.upstream.commit("swap");
  REQUIRE(world.pull(committing()).commit);
  CHECK(world.here() == world.theirs());
  CHECK(dirty(world).empty());
  CHECK(world.repository.git({"fsck", "--strict", "--no-dangling"}).empty());
}

TEST_CASE("pull --commit with a conflict in HEAD changes nothing", "[sync][commit]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "mine\n");
  world.commit_project("customize");
  world.move_upstream({{"a.md", "theirs\n"}});
  const auto before = world.everything();
  const std::string git_state = world.git_state();
  const Error error = failure_of([&] { world.pull(committing()); });
  CHECK(error.code() == ErrorCode::commit_conflict);
  CHECK(error.aftermath() == Aftermath::nothing_changed);
  CHECK(suggests(error, Recovery::commit_without));
  CHECK(world.everything() == before);
  CHECK(world.git_state() == git_state);
}

TEST_CASE("pull --commit with a conflict on disk only commits, and leaves the pull open", "[sync][commit]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", "b\n"}});
  world.write("a.md", "uncommitted\n");
  world.move_upstream({{"a.md", "theirs\n"}, {"b.md", "better\n"}});
  const PullReport report = world.pull(committing());
  CHECK(report.result == PullResult::conflicts);
  REQUIRE(report.commit);
  CHECK(in_head(world, ".ddx/a.md") == "theirs\n");
  CHECK(in_head(world, ".ddx/b.md") == "better\n");
  world.write("a.md", "decided\n");
  world.continue_pull();
  CHECK(dirty(world) == " M .ddx/a.md");
}

TEST_CASE("pull --commit on a detached HEAD commits there and warns", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}});
  world.repository.git({"checkout", "-q", "--detach"});
  const std::string branch = world.repository.git({"rev-parse", "main"});
  world.move_upstream({{"a.md", theirs}});
  const PullReport report = world.pull(committing());
  REQUIRE(report.commit);
  CHECK(world.repository.git({"rev-parse", "HEAD"}) == report.commit->str());
  CHECK(world.repository.git({"rev-parse", "main"}) == branch);
  CHECK(world.repository.try_git({"symbolic-ref", "-q", "HEAD"}).exit != 0);
  REQUIRE(world.host.warnings.size() == 1);
  CHECK(world.host.warnings[0].find("detached") != std::string::npos);
}

TEST_CASE("pull --commit without an identity is refused before anything is done", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}});
  world.repository.git({"config", "--unset", "user.email"});
  world.move_upstream({{"a.md", theirs}});
  const auto before = world.everything();
  const Error error = failure_of([&] { world.pull(committing()); });
  CHECK(error.code() == ErrorCode::no_identity);
  CHECK(suggests(error, Recovery::set_identity));
  CHECK(world.everything() == before);
}

TEST_CASE("pull --commit waits for the end of a merge, a pull without it does not", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}});
  write_file(world.root / "main.c", "one\n");
  world.commit_project("main");
  world.repository.git({"checkout", "-q", "-b", "side", "HEAD~1"});
  write_file(world.root / "main.c", "two\n");
  world.commit_project("side");
  CHECK(world.repository.try_git({"merge", "main"}).exit == 1);
  world.move_upstream({{"a.md", theirs}});
  const auto before = world.everything();
  const Error error = failure_of([&] { world.pull(committing()); });
  CHECK(error.code() == ErrorCode::git_busy);
  CHECK(suggests(error, Recovery::finish_git_operation));
  CHECK(world.everything() == before);
  const std::string git_state = world.git_state();
  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.git_state() == git_state);
  CHECK(world.read("a.md") == theirs);
}

TEST_CASE("a split index is named as what stands in the way, and nothing changes", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}});
  world.repository.git({"update-index", "--split-index"});
  world.move_upstream({{"a.md", theirs}});
  const auto before = world.everything();
  for (const bool commit : {true, false}) {
    PullRequest request;
    request.commit = commit;
    const Error error = failure_of([&] { world.pull(request); });
    CHECK(error.code() == ErrorCode::unsupported_repository);
    CHECK(std::string(error.what()).find("split") != std::string::npos);
  }
  CHECK(world.everything() == before);
}

TEST_CASE("sync.commit in the configuration commits, --no-commit does not", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}});
  world.configure("sync:\n  commit: true\n");
  world.commit_project("commit");
  world.move_upstream({{"a.md", theirs}});
  PullRequest request;
  request.message = "take theirs";
  CHECK(world.pull(request).commit);
  CHECK(world.repository.git({"log", "-1", "--format=%s"}) == "take theirs");
  world.move_upstream({{"a.md", text}});
  request.commit = false;
  CHECK_FALSE(world.pull(request).commit);
  CHECK(dirty(world) == " M .ddx.lock\n M .ddx/a.md");
}

TEST_CASE("a project whose commit was left to the user pulls on from its own lock", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}, {"b.md", "b\n"}});
  world.move_upstream({{"a.md", theirs}});
  world.pull();
  world.move_upstream({{"b.md", "better\n"}});
  const PullReport report = world.pull(committing());
  REQUIRE(report.commit);
  CHECK(in_head(world, ".ddx/a.md") == theirs);
  CHECK(in_head(world, ".ddx/b.md") == "better\n");
  CHECK(dirty(world).empty());
}

TEST_CASE("a HEAD that moves while the commit is made loses nobody's commit", "[sync][commit]") {
  World world;
  world.start({{"a.md", text}});
  world.move_upstream({{"a.md", theirs}});
  const auto before = world.everything();
  bool moved = false;
  const auto now = world.host.host().now;
  world.host.host().now = [&] {  // asked once more when everything is planned and staging begins
    if (!moved && fs::exists(world.root / ".git/ddx/ops") && !fs::is_empty(world.root / ".git/ddx/ops")) {
      moved = true;
      world.repository.git({"commit", "-q", "--allow-empty", "-m", "somebody"});
    }
    return now();
  };
  const Error error = failure_of([&] { world.pull(committing()); });
  REQUIRE(moved);
  CHECK(error.code() == ErrorCode::raced);
  CHECK(error.aftermath() == Aftermath::nothing_changed);
  CHECK(world.repository.git({"log", "-1", "--format=%s"}) == "somebody");
  CHECK(world.everything() == before);
  REQUIRE(world.pull(committing()).commit);
  CHECK(world.repository.git({"log", "-1", "--format=%s", "HEAD^"}) == "somebody");
}
