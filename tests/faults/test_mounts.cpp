#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "ddx/error.hpp"
#include "ddx/status.hpp"
#include "faults/kill_run.hpp"
#include "faults/verbs.hpp"
#include "support/mount.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

constexpr const char* no_mounts = "nothing can be mounted here";
constexpr auto all_of_it = fs::copy_options::recursive | fs::copy_options::copy_symlinks;

void give_up(const fs::path& project, Host& host) { abort_pull(Workspace::find(project, host), host); }

Visible pulled(const Scene& scene) {
  Machine machine;
  const fs::path project = scene.fresh();
  pull_and_commit(project, machine.host);
  return look_at(project);
}

void expect_error(const fs::path& project, ErrorCode code, const std::string& text) {
  Machine machine;
  try {
    pull_offline(project, machine.host);
    FAIL("the pull went through");
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.code() == code);
    CHECK(std::string(error.what()).find(text) != std::string::npos);
    CHECK(error.aftermath() == Aftermath::nothing_changed);
  }
}

/// Which of the two a user may have put on a disk of its own, and where contents are staged then.
struct Separate {
  std::string part, area;
};

}  // namespace

TEST_CASE("the local tree and the git directory may be on different file systems", "[faults][mounts]") {
  const auto separate = GENERATE(Separate{".ddx", ".ddx/.ddx-op"}, Separate{".git", ".ddx-op"});
  Scene scene;
  const Visible expected = pulled(scene);
  if (!scene.separate(separate.part)) SKIP(no_mounts);
  CAPTURE(separate.part);
  const fs::path project = scene.fresh();
  const Visible before = look_at(project);
  Machine machine;
  pull_and_commit(project, machine.host);
  CHECK(difference(look_at(project), expected).empty());
  CHECK(machine.events.warnings.empty());

  SECTION("what was displaced stays on the file system where it was, and git does not see it") {
    std::string kept;
    for (const auto& [path, text] : tree_on_disk(project / separate.area)) kept += text;
    CHECK(kept.find("to be deleted\n") != std::string::npos);
    CHECK(TestRepo::existing(project).git({"status", "--porcelain"}).find(".ddx-op") == std::string::npos);
    Machine reading;
    const StatusReport report = status(Workspace::find(project, reading.host), {}, reading.host);
    for (const ResourceStatus& resource : report.resources)
      CHECK(resource.path.str().find("ddx-op") == std::string::npos);
  }
  SECTION("giving up brings everything back") {
    Machine back;
    give_up(project, back.host);
    CHECK(look_at(project).files == before.files);
  }
}

TEST_CASE("a bind mount of the same disk is seen as the border that it is", "[faults][mounts]") {
  const Scene scene;
  const Visible expected = pulled(scene);
  const fs::path project = scene.fresh();
  fs::rename(project / ".ddx", scene.folder() / "tree");
  const Mount mount = Mount::bind(scene.folder() / "tree", project / ".ddx");
  if (!mount) SKIP(no_mounts);
  Machine machine;
  pull_and_commit(project, machine.host);
  CHECK(difference(look_at(project), expected).empty());
  CHECK(fs::exists(scene.folder() / "tree/.ddx-op/.gitignore"));
}

TEST_CASE("a kill on two file systems ends in the old or the new tree", "[faults][mounts][kill]") {
  const auto part = GENERATE(as<std::string>{}, ".ddx", ".git");
  Scene scene;
  if (!scene.separate(part)) SKIP(no_mounts);
  for (const Verb& verb : {Verb(pull_offline), Verb(pull_and_commit)}) {
    const KillTally tally = kill_everywhere(scene, verb, {9, 0});
    WARN(part << ": " << tally.str());
    CHECK(tally.points > 10);
    CHECK(tally.violations.empty());
  }
  const KillTally recoveries = kill_everywhere(scene, pull_offline, {41, 9});
  WARN(part << ": " << recoveries.str());
  CHECK(recoveries.recovery_points > 2);
  CHECK(recoveries.violations.empty());
}

TEST_CASE("an operation that changed nothing but added leaves no folder of its own", "[faults][mounts]") {
  Scene scene = Scene::unconnected();
  fs::remove_all(scene.folder() / "original/.ddx/conflict.md");
  if (!scene.separate(".ddx")) SKIP(no_mounts);
  const fs::path project = scene.fresh();
  Machine machine;
  initialise(project, machine.host);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
  CHECK_FALSE(fs::exists(project / ".ddx/.ddx-op"));
  CHECK(fs::is_empty(project / ".git/ddx/ops"));
}

TEST_CASE("a mount point inside the local tree is refused when something in it would change",
          "[faults][mounts]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const fs::path inner = project / ".ddx/emptied";
  fs::rename(inner, scene.folder() / "inner");
  {
    const Mount mount = Mount::bind(scene.folder() / "inner", inner);
    if (!mount) SKIP(no_mounts);
    const Visible before = look_at(project);
    expect_error(project, ErrorCode::cross_device, ".ddx/emptied'");
    CHECK(difference(look_at(project), before).empty());
    CHECK_FALSE(fs::exists(project / ".ddx/.ddx-op"));
  }
  fs::remove(inner);
  fs::rename(scene.folder() / "inner", inner);
  Machine machine;
  pull_offline(project, machine.host);
  CHECK_FALSE(fs::exists(inner));
}

TEST_CASE("an upstream that brings a '.ddx-op' is refused", "[faults][mounts]") {
  Scene scene;
  scene.upstream().write(".ddx-op/file", "x");
  scene.upstream().commit("third");
  const fs::path project = scene.fresh();
  Machine machine;
  try {
    pull(Workspace::find(project, machine.host), {}, machine.host);
    FAIL("the pull went through");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::upstream_unsafe);
    CHECK(std::string(error.what()).find("'.ddx-op/file'") != std::string::npos);
  }
  CHECK(difference(look_at(project), look_at(scene.folder() / "original")).empty());
}

TEST_CASE("an operation whose file system is not there is not taken for done", "[faults][mounts][recovery]") {
  Scene scene;
  if (!scene.separate(".ddx")) SKIP(no_mounts);
  const fs::path project = scene.fresh();
  std::size_t renames = 0;
  Machine dying([&](const FaultyFiles::Call& call) {
    if (call.name == "rename" && is_prepared(project) && ++renames == 4) die_at(call.number)(call);
  });
  REQUIRE(in_child([&] { pull_offline(project, dying.host); }) == End::killed);
  REQUIRE_FALSE(fs::is_empty(project / ".git/ddx/ops"));
  {
    const Mount hiding = Mount::tmpfs(project / ".ddx", "size=1m");
    Machine machine;
    try {
      recover_now(project, machine.host);
      FAIL("it went on");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::recovery_failed);
      CHECK(std::string(error.what()).find(".ddx/.ddx-op/") != std::string::npos);
    }
    CHECK(fs::is_empty(project / ".ddx"));
  }
  Machine machine;
  recover_now(project, machine.host);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
  CHECK(fs::is_empty(project / ".git/ddx/ops"));
}

TEST_CASE("on NTFS a pull, a kill and giving up work without any mode of rename",
          "[faults][mounts][lesser]") {
  Scene scene;
  const Mount disk = Mount::ntfs(scene.folder() / "image", scene.folder() / "disk");
  if (!disk) SKIP("mounting NTFS takes root, /dev/fuse and the package ntfs-3g");
  const fs::path project = scene.folder() / "disk/project";
  const auto start = [&] {
    fs::remove_all(project);
    fs::copy(scene.folder() / "original", project, all_of_it);
  };
  start();
  {
    Files files;
    write_file(scene.folder() / "disk/a", "a");
    const Directory root = files.open_root(scene.folder() / "disk");
    CHECK_THROWS_AS(files.rename(root, "a", root, "b", RenameMode::no_replace), std::system_error);
  }
  const Visible before = look_at(project);
  Machine machine;
  pull_and_commit(project, machine.host);
  const Visible after = look_at(project);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
  CHECK_FALSE(fs::exists(project / ".ddx/deleted.md"));
  const std::size_t calls = machine.files.changes();
  int killed = 0;
  for (std::size_t point = 4; point < calls; point += 9) {
    start();
    Machine dying(die_at(point));
    REQUIRE(in_child([&] { pull_and_commit(project, dying.host); }) == End::killed);
    Machine recovering;
    recover_now(project, recovering.host);
    const Visible seen = look_at(project);
    INFO("killed at " << point << "; from old: " << difference(seen, before)
                      << "; from new: " << difference(seen, after));
    CHECK((seen == before || seen == after));
    ++killed;
  }
  WARN(killed << " kill points on NTFS");
  start();
  Machine again, back;
  pull_offline(project, again.host);
  give_up(project, back.host);
  CHECK(difference(look_at(project), before).empty());
}
