#include <sys/stat.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "base/time.hpp"
#include "ddx/init.hpp"
#include "ddx/rollback.hpp"
#include "faults/verbs.hpp"
#include "snapshot/store.hpp"
#include "transaction/record.hpp"
#include "transaction/retired.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

std::string snapshot_of_last(const fs::path& project) {
  Machine machine;
  const Workspace workspace = workspace_of(project);
  return workspace.ref_prefix() + "snap/" + list_operations(workspace, machine.host).front().id;
}

/// The snapshot as `tree_on_disk` shows a folder.
std::map<std::string, std::string> snapshot_files(const TestRepo& repo, const std::string& ref) {
  std::map<std::string, std::string> files;
  const std::string listing = repo.git({"ls-tree", "-r", ref});
  for (std::size_t start = 0; start < listing.size();) {
    const std::size_t end = std::min(listing.find('\n', start), listing.size());
    const std::string line = listing.substr(start, end - start);
    const std::string mode = line.substr(0, 6), id = line.substr(12, 40), path = line.substr(53);
    const std::string bytes = repo.try_git({"cat-file", "blob", id}).out;
    files[path] = (mode == "120000" ? "link " : mode.substr(3) + " ") + bytes;
    start = end + 1;
  }
  return files;
}

std::size_t objects_in(const TestRepo& repo) {
  const std::string all = repo.git({"cat-file", "--batch-all-objects", "--batch-check", "--unordered"});
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
}

void expect_sound(const fs::path& project) {
  const RunResult fsck =
      TestRepo::existing(project).try_git({"fsck", "--strict", "--no-dangling", "--no-progress"});
  INFO(fsck.out + fsck.err);
  CHECK(fsck.exit == 0);
  CHECK((fsck.out + fsck.err).empty());
}

}  // namespace

TEST_CASE("a snapshot holds the bytes, modes and links that were on disk", "[faults][snapshot]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const TestRepo repo = TestRepo::existing(project);
  repo.write(".gitignore", ".ddx/tool.sh\n.ddx/scratch\n");
  repo.write(".ddx/scratch", "ignored, and nobody's business\n");
  repo.write(".ddx/binary", std::string("\0\r\n\xff", 4));
  auto expected = tree_on_disk(project);
  std::erase_if(expected, [](const auto& file) {
    return !file.first.starts_with(".ddx") ||
           file.first == ".ddx/scratch";  // tool.sh is ignored too, but in the lock
  });
  Machine machine;
  pull_offline(project, machine.host);
  const std::string snapshot = snapshot_of_last(project);
  CHECK(snapshot_files(repo, snapshot) == expected);

  SECTION("it survives git's garbage collection") {
    repo.git({"gc", "-q", "--prune=now"});
    CHECK(snapshot_files(repo, snapshot) == expected);
    Machine aborting;
    abort_pull(workspace_of(project), aborting.host);
    auto back = tree_on_disk(project);
    std::erase_if(back, [](const auto& file) {
      return !file.first.starts_with(".ddx") || file.first == ".ddx/scratch";
    });
    CHECK(back == expected);
  }
}

TEST_CASE("what the repository has is not stored again", "[faults][snapshot]") {
  TempDir folder;
  TestRepo upstream(folder.path() / "upstream");
  for (int i = 0; i < 50; ++i) upstream.write("folder/f" + std::to_string(i), std::to_string(i));
  upstream.commit("first");
  TestRepo project(folder.path() / "project");
  InitRequest request;
  request.url = upstream.path().string();
  Machine connecting;
  init(project.path(), request, connecting.host);
  project.commit("connect");
  upstream.write("folder/f1", "changed");
  upstream.commit("second");
  const std::size_t before = objects_in(project);
  Machine machine;
  pull(workspace_of(project.path()), {}, machine.host);
  // The new lock, two commits, the record, and the folders above each.
  CHECK(objects_in(project) - before <= 10);
}

TEST_CASE("git finds nothing to complain about after any operation", "[faults][snapshot]") {
  Scene scene;
  const fs::path project = scene.fresh();
  const std::vector<Verb> verbs{
      pull_and_commit, continue_with_theirs,
      [](const fs::path& at, Host& host) { rollback(Workspace::find(at, host), {}, host); }, pull_offline,
      [](const fs::path& at, Host& host) { abort_pull(Workspace::find(at, host), host); }};
  expect_sound(project);
  for (const Verb& verb : verbs) {
    Machine machine;
    verb(project, machine.host);
    expect_sound(project);
  }
  const TestRepo repo = TestRepo::existing(project);
  const std::string trees = repo.git({"ls-tree", "-r", "-t", "HEAD"});
  CHECK(trees.find("emptied") == std::string::npos);
  CHECK(repo.git({"diff-tree", "-r", "--name-only", "HEAD~1", "HEAD"}).find("untracked.txt") ==
        std::string::npos);
}

TEST_CASE("a replaced file keeps its permission bits but for git's own", "[faults][stage]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const auto bits = [&](const char* name) {
    struct stat raw {};
    REQUIRE(stat((project / ".ddx" / name).c_str(), &raw) == 0);
    return raw.st_mode & 0777U;
  };
  REQUIRE(chmod((project / ".ddx/replaced.md").c_str(), 0666) == 0);
  REQUIRE(chmod((project / ".ddx/merged.md").c_str(), 0600) == 0);
  REQUIRE(chmod((project / ".ddx/tool.sh").c_str(), 0640) == 0);
  Machine machine;
  pull_offline(project, machine.host);
  CHECK(bits("replaced.md") == 0666);
  CHECK(bits("merged.md") == 0600);
  CHECK(bits("tool.sh") == 0750);
  CHECK(bits("fresh.md") == 0644);
}

TEST_CASE("the oldest retired operations go, what git does not have is rescued", "[faults][retired]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const TestRepo repo = TestRepo::existing(project);
  const fs::path done = project / ".git/ddx/done";
  const std::string known = repo.read(".ddx/quiet.md");
  repo.git({"hash-object", "-w", ".ddx/quiet.md"});
  Machine machine;
  const auto yesterday = machine.host.now() - std::chrono::days(1);
  for (int i = 0; i < 53; ++i) {
    const fs::path operation = done / make_ulid(yesterday + std::chrono::seconds(i), machine.host.random());
    write_file(operation / "stage/000000", known);
    write_file(operation / "old/000001", i == 1 ? "written late" : known);
    write_file(operation / "stage/index.0", "an index");
  }
  const std::size_t before = static_cast<std::size_t>(std::distance(fs::directory_iterator(done), {}));
  const Workspace workspace = workspace_of(project);
  const git::Objects objects({project / ".git/objects"});
  prune_retired(workspace, machine.host, objects);
  CHECK(static_cast<std::size_t>(std::distance(fs::directory_iterator(done), {})) == 50);
  CHECK(before > 50);
  const auto rescued = tree_on_disk(project / ".git/ddx/rescue");
  REQUIRE(rescued.size() == 1);
  CHECK(rescued.begin()->second == "644 written late");
  CHECK(machine.events.warnings.size() == 1);

  Machine idle;
  prune_retired(workspace, idle.host, objects);
  CHECK(idle.files.changes() == 0);
  CHECK(idle.files.readings() <= 4);
}

TEST_CASE("retired operations go after two weeks, however few there are", "[faults][retired]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const fs::path done = project / ".git/ddx/done";
  fs::remove_all(done);
  Machine machine;
  const auto now = machine.host.now();
  for (const int age : {13, 15, 40})
    write_file(done / make_ulid(now - std::chrono::days(age), machine.host.random()) / "old/000000", "x\n");
  prune_retired(workspace_of(project), machine.host, git::Objects({project / ".git/objects"}));
  CHECK(std::distance(fs::directory_iterator(done), {}) == 1);
  CHECK(tree_on_disk(project / ".git/ddx/rescue").size() == 2);  // git has their content nowhere
}

TEST_CASE("a command in one project ends what was interrupted in another one of the work tree",
          "[faults][recovery]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  Machine connecting;
  InitRequest request;
  request.url = (scene.folder() / "upstream").string();
  fs::create_directories(project / "other");
  init(project / "other", request, connecting.host);
  std::size_t renames = 0;
  Machine dying([&](const FaultyFiles::Call& call) {
    if (call.name == "rename" && is_prepared(project) && ++renames == 4) die_at(call.number)(call);
  });
  REQUIRE(in_child([&] { pull_offline(project, dying.host); }) == End::killed);
  Machine machine;
  pull_offline(project / "other", machine.host);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
  CHECK(read_file(project / ".ddx/was-folder") == "file now\n");
  CHECK(fs::is_empty(project / ".git/ddx/ops"));
}
