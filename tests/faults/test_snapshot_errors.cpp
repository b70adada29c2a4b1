#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <system_error>

#include "ddx/error.hpp"
#include "ddx/snapshot.hpp"
#include "faults/scene.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

Workspace at(const fs::path& project, Host& host) { return Workspace::find(project, host); }

void create(const fs::path& project, Host& host) { create_snapshot(at(project, host), {"note", ""}, host); }

void remove_one(const fs::path& project, Host& host) {
  delete_snapshots(at(project, host), {"doomed"}, host);
}

void export_all(const fs::path& project, Host& host) {
  export_snapshots(at(project, host), {{}, project.parent_path() / "out.bundle", true}, host);
}

void import_all(const fs::path& project, Host& host) {
  import_snapshots(at(project, host), project.parent_path() / "in.bundle", host);
}

/// Two snapshots, one of them also in a bundle beside the project and no more in the project.
void prepare(const fs::path& project, Host& host) {
  create_snapshot(at(project, host), {"", "doomed"}, host);
  write_file(project / ".ddx/only-exported.md", "in the bundle\n");
  create_snapshot(at(project, host), {"", "away"}, host);
  fs::remove(project / ".ddx/only-exported.md");
  export_snapshots(at(project, host), {{"away"}, project.parent_path() / "in.bundle", true}, host);
  delete_snapshots(at(project, host), {"away"}, host);
}

/// Does it again. The failure may have come when all was done and only not durable yet.
void remove_if_there(const fs::path& project, Host& host) {
  try {
    remove_one(project, host);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::no_such_target);
  }
}

/// Lets each changing call of the verb fail, one after the other; then does it `again`. \returns how many
/// there were
std::size_t fail_everywhere(const Scene& scene, const Verb& verb, const Verb& again) {
  for (std::size_t number = 1;; ++number) {
    const fs::path project = scene.fresh();
    const auto files = tree_on_disk(project);
    Machine machine(fail_at(FaultyFiles::Kind::changing, number, ENOSPC));
    bool failed = false;
    try {
      verb(project, machine.host);
    } catch (const Error& error) {
      failed = true;
      CHECK(error.code() == ErrorCode::disk_full);
    } catch (const std::system_error& error) {
      failed = true;
      CHECK(error.code().value() == ENOSPC);
    }
    INFO("call " << number);
    CHECK(tree_on_disk(project) == files);
    Machine healthy;
    CHECK(verify_snapshots(at(project, healthy.host), {}, healthy.host).damage.empty());
    if (machine.files.changes() < number) return number - 1;
    if (failed) again(project, healthy.host);
    CHECK(verify_snapshots(at(project, healthy.host), {}, healthy.host).damage.empty());
  }
}

}  // namespace

TEST_CASE(
    "a full disk at any call of a snapshot verb leaves every file and snapshot whole, and it can be done "
    "again",
    "[faults][snapshot]") {
  Scene scene;
  scene.advance(prepare);
  const std::size_t points =
      fail_everywhere(scene, create, create) + fail_everywhere(scene, remove_one, remove_if_there) +
      fail_everywhere(scene, export_all, export_all) + fail_everywhere(scene, import_all, import_all);
  WARN(points << " injected errors");
  CHECK(points >= 20);
}
