#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>

#include "ddx/snapshot.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

constexpr auto owner_only = static_cast<fs::perms>(0600);

unsigned bits_of(const fs::path& file) {
  return static_cast<unsigned>(fs::status(file).permissions()) & 0777u;
}

/// Bytes, bits, links and empty folders of the local tree.
std::map<std::string, std::string> exact_state(const World& world) {
  std::map<std::string, std::string> state;
  for (auto entry = fs::recursive_directory_iterator(world.local(".")); entry != fs::end(entry); ++entry) {
    const std::string path = entry->path().lexically_relative(world.local(".")).string();
    if (entry->is_symlink()) {
      state[path] = "link " + fs::read_symlink(entry->path()).string();
    } else if (entry->is_directory()) {
      if (fs::is_empty(entry->path())) state[path] = "empty folder";
    } else {
      state[path] = std::to_string(bits_of(entry->path())) + " " + read_file(entry->path());
    }
  }
  return state;
}

SnapshotCreated create(World& world, const std::string& name = "", const std::string& note = "") {
  return create_snapshot(world.workspace(), {note, name}, world.host);
}

RollbackReport restore(World& world, const std::string& id, std::vector<std::string> paths = {}) {
  RestoreRequest request;
  request.id = id;
  request.paths = std::move(paths);
  return restore_snapshot(world.workspace(), request, world.host);
}

/// Every object as a file of its own, so that one can be damaged. \returns the folder
fs::path make_loose(const World& world) {
  const fs::path objects = world.repository.path() / ".git/objects";
  fs::rename(objects / "pack", world.folder.path() / "packs");
  fs::create_directory(objects / "pack");
  const auto unpacked = run(world.repository.path(),
                            {"sh", "-c",
                             "for p in '" + world.folder.path().string() +
                                 "'/packs/*.pack; do git unpack-objects -q < \"$p\" || exit 1; done"},
                            clean_environment(world.folder));
  if (unpacked.exit != 0) throw std::runtime_error(unpacked.err);
  return objects;
}

std::vector<SnapshotInfo> list(World& world) { return list_snapshots(world.workspace(), world.host); }

}  // namespace

TEST_CASE("a created snapshot is listed with its note, name, size and files", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", "two\n"}});
  world.write("mine.md", "0123456789\n");
  const SnapshotInfo made = create(world, "before-cleanup", "all is well").snapshot;
  const SnapshotInfo again = create(world).snapshot;
  const auto all = list(world);
  REQUIRE(all.size() == 3);
  CHECK(all[0].id == again.id);
  CHECK(all[1].id == made.id);
  CHECK(all[1].name == "before-cleanup");
  CHECK(all[1].note == "all is well");
  CHECK(all[1].reason == "create");
  CHECK(all[1].files == 5);
  CHECK(made.unique_bytes == 11);  // the rest was committed
  CHECK(again.unique_bytes == 0);
  CHECK(all[2].reason == "init");
}

TEST_CASE("a snapshot can be taken before the first pull and while a pull is open", "[sync][snapshot]") {
  World world;
  world.configure("");
  world.write("early.md", "early\n");
  const std::string early = create(world).snapshot.id;
  fs::remove(world.local("early.md"));
  CHECK(restore(world, early).result == RollbackResult::rolled_back);
  CHECK(world.read("early.md") == "early\n");

  World other;
  other.start({{"a.md", "one\n"}});
  other.write("a.md", "mine\n");
  other.move_upstream({{"a.md", "theirs\n"}});
  REQUIRE(other.pull().result == PullResult::conflicts);
  const std::string open = create(other).snapshot.id;
  CHECK(other.snapshot(open).at(".ddx/a.md").find("<<<<<<<") != std::string::npos);
  other.abort();
  CHECK(other.read("a.md") == "mine\n");
}

TEST_CASE("taking a snapshot is no operation and changes nothing else", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "edited\n");
  const auto before = world.everything();
  const std::string git_state = world.git_state();
  create(world);
  CHECK(world.everything() == before);
  CHECK(world.git_state() == git_state);
  CHECK(list_operations(world.workspace(), world.host).size() == 1);
}

TEST_CASE("a name is one that can be typed, and used once", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}});
  for (const std::string name : {"snap-x", "2026-01-31", "-x", "a b", "a/b", "caf\xc3\xa9", ".x"}) {
    INFO(name);
    CHECK(failure_of([&] { create(world, name); }).code() == ErrorCode::usage);
  }
  create(world, "good.name_1");
  CHECK(failure_of([&] { create(world, "good.name_1"); }).code() == ErrorCode::usage);
}

TEST_CASE("restoring gives bytes, bits, links and empty folders as they were", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}, {"deep/b.md", "two\n"}, {"run.sh", "exit\n"}});
  fs::permissions(world.local("a.md"), owner_only);
  fs::permissions(world.local("run.sh"), static_cast<fs::perms>(0750));
  fs::create_directories(world.local("empty/inside"));
  fs::create_symlink("a.md", world.local("link"));
  const auto before = exact_state(world);
  const auto lock = read_file(world.root / ".ddx.lock");
  create(world, "here");

  fs::permissions(world.local("a.md"), static_cast<fs::perms>(0644));
  fs::remove(world.local("run.sh"));
  fs::remove_all(world.local("empty"));
  fs::create_directories(world.local("other/hollow"));
  fs::remove(world.local("link"));
  fs::create_directory(world.local("link"));
  fs::remove_all(world.local("deep"));
  world.write("deep", "a file now\n");
  world.write("late/x.md", "x\n");
  const auto after = exact_state(world);

  const RollbackReport report = restore(world, "here");
  CHECK(report.result == RollbackResult::rolled_back);
  CHECK(report.differing.empty());
  CHECK(report.verified == 4);
  CHECK(exact_state(world) == before);
  CHECK(read_file(world.root / ".ddx.lock") == lock);
  CHECK_FALSE(world.exists("other"));

  restore(world, report.snapshot);  // the rollback is undone by the snapshot that it took
  CHECK(exact_state(world) == after);
  CHECK(restore(world, report.snapshot).result == RollbackResult::nothing_to_do);
}

TEST_CASE("a change of permission bits alone is restored", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}});
  create(world, "open");
  fs::permissions(world.local("a.md"), owner_only);
  const RollbackReport report = restore(world, "open");
  CHECK(lines(report.changes) == Lines{"updated mode a.md"});
  CHECK(bits_of(world.local("a.md")) == 0644);
  restore(world, report.snapshot);
  CHECK(bits_of(world.local("a.md")) == 0600);
}

TEST_CASE("restoring chosen paths leaves the others", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b/b.md", "two\n"}});
  fs::create_directories(world.local("b/hollow"));
  create(world, "here");
  world.edit({{"a.md", "changed\n"}, {"b/b.md", "changed\n"}});
  fs::remove(world.local("b/hollow"));
  const RollbackReport report = restore(world, "here", {"b"});
  CHECK(world.read("a.md") == "changed\n");
  CHECK(world.read("b/b.md") == "two\n");
  CHECK(fs::is_directory(world.local("b/hollow")));
  CHECK(lines(report.changes) == Lines{"updated modified b/b.md"});
}

TEST_CASE("a preview of a restore is the run that follows", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", "two\n"}});
  create(world, "here");
  world.edit({{"a.md", "changed\n"}, {"b.md", std::nullopt}, {"c.md", "c\n"}});
  const auto before = world.everything();
  RestoreRequest request;
  request.id = "here";
  request.dry_run = DryRun::yes;
  const RollbackReport plan = restore_snapshot(world.workspace(), request, world.host);
  CHECK(plan.result == RollbackResult::planned);
  CHECK(world.everything() == before);
  CHECK(restore(world, "here").changes == plan.changes);
}

TEST_CASE("nested repositories, sockets and FIFOs are named and left alone", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}});
  const TestRepo nested(world.local("nested"));
  write_file(nested.path() / "inner.md", "inner\n");
  REQUIRE(::mkfifo(world.local("pipe").c_str(), 0600) == 0);
  const SnapshotCreated made = create(world, "here");
  CHECK(made.skipped == Lines{".ddx/nested", ".ddx/pipe"});
  world.write("a.md", "changed\n");
  const RollbackReport report = restore(world, "here");
  CHECK(report.warnings.size() == 2);
  CHECK(read_file(nested.path() / "inner.md") == "inner\n");
  CHECK(fs::is_fifo(world.local("pipe")));
  CHECK(world.read("a.md") == "one\n");
}

TEST_CASE("a snapshot shows what it holds", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}});
  fs::permissions(world.local("a.md"), owner_only);
  fs::create_directories(world.local("hollow"));
  const std::string id = create(world).snapshot.id;
  const SnapshotContents shown = show_snapshot(world.workspace(), id.substr(0, id.size() - 1), world.host);
  REQUIRE(shown.files.size() == 3);
  CHECK(shown.files[2].path.str() == ".ddx/a.md");
  CHECK(shown.files[2].permissions == 0600u);
  CHECK(shown.files[2].bytes == 4);
  REQUIRE(shown.empty_folders.size() == 1);
  CHECK(shown.empty_folders[0].str() == ".ddx/hollow");
  CHECK(failure_of([&] {
          static_cast<void>(show_snapshot(world.workspace(), "nobody", world.host));
        }).code() == ErrorCode::no_such_target);
  create(world);
  const Error ambiguous =
      failure_of([&] { static_cast<void>(show_snapshot(world.workspace(), "snap-0", world.host)); });
  CHECK(ambiguous.code() == ErrorCode::no_such_target);
  CHECK(std::string(ambiguous.what()).find(id) != std::string::npos);
}

TEST_CASE("deleting a snapshot frees its objects and keeps the history honest", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "1\n"}});
  world.write("mine.md", "only in the snapshot\n");
  world.move_upstream({{"a.md", "2\n"}});
  const PullReport first = world.pull();
  fs::remove(world.local("mine.md"));
  world.move_upstream({{"a.md", "3\n"}});
  world.pull();
  const std::string blob = world.repository.git(
      {"rev-parse", world.workspace().ref_prefix() + "snap/" + first.operation + ":.ddx/mine.md"});
  const SnapshotsRemoved report = delete_snapshots(world.workspace(), {first.snapshot}, world.host);
  REQUIRE(report.removed.size() == 1);
  CHECK(report.kept == 2);
  world.repository.git({"gc", "-q", "--prune=now"});
  CHECK(world.repository.try_git({"cat-file", "-e", blob}).exit != 0);

  CHECK(list_operations(world.workspace(), world.host).size() == 3);
  world.rollback();
  CHECK(world.read("a.md") == "2\n");
  const Error gone = failure_of([&] { world.rollback(); });  // never the operation before it instead
  CHECK(gone.code() == ErrorCode::no_such_target);
  RollbackRequest to;
  to.to = first.operation;
  CHECK(failure_of([&] { world.rollback(to); }).code() == ErrorCode::no_such_target);
}

TEST_CASE("the last snapshot and one that an open pull needs are not deleted", "[sync][snapshot]") {
  World world;
  world.start({{"a.md", "one\n"}});
  const std::string only = list(world).front().id;
  CHECK(failure_of([&] { delete_snapshots(world.workspace(), {only}, world.host); }).code() ==
        ErrorCode::usage);
  world.write("a.md", "mine\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  const PullReport open = world.pull();
  REQUIRE(open.result == PullResult::conflicts);
  const Error refused = failure_of([&] { delete_snapshots(world.workspace(), {open.snapshot}, world.host); });
  CHECK(refused.code() == ErrorCode::operation_open);
  CHECK(suggests(refused, Recovery::abort_pull));
  CHECK(list(world).size() == 2);
}

TEST_CASE("pruning keeps what the configuration keeps, and the names", "[sync][snapshot][retention]") {
  World world;  // [SC H14]
  world.start({{"a.md", "0\n"}});
  create(world, "named");
  std::vector<std::string> operations;
  for (int i = 1; i <= 12; ++i) {
    world.write("mine.md", "edit " + std::to_string(i) + "\n");
    world.move_upstream({{"a.md", std::to_string(i) + "\n"}});
    operations.push_back(world.pull().operation);
  }
  const std::string blob = world.repository.git(
      {"rev-parse", world.workspace().ref_prefix() + "snap/" + operations[0] + ":.ddx/mine.md"});
  world.configure("backup: {keep: 3, days: 0}\n");
  const SnapshotsRemoved plan = prune_snapshots(world.workspace(), DryRun::yes, world.host);
  CHECK(plan.removed.size() == 10);
  CHECK(list(world).size() == 14);
  prune_snapshots(world.workspace(), DryRun::no, world.host);
  const auto left = list(world);
  REQUIRE(left.size() == 4);
  CHECK(left[0].id == "snap-" + operations[11]);
  CHECK(left[2].id == "snap-" + operations[9]);
  CHECK(left[3].name == "named");
  CHECK(list_operations(world.workspace(), world.host).size() == 3);
  fs::remove_all(world.workspace().state_dir() / "done");
  world.repository.git({"gc", "-q", "--prune=now"});
  CHECK(world.repository.try_git({"cat-file", "-e", blob}).exit != 0);

  restore(world, "named");
  CHECK(world.read("a.md") == "0\n");
  CHECK_FALSE(world.exists("mine.md"));
}

TEST_CASE("every operation prunes at its end", "[sync][snapshot][retention]") {
  World world;
  world.host.environment["DDX_BACKUP_KEEP"] = "2";
  world.host.environment["DDX_BACKUP_DAYS"] = "0";
  world.start({{"a.md", "0\n"}});
  for (int i = 1; i <= 5; ++i) {
    world.move_upstream({{"a.md", std::to_string(i) + "\n"}});
    world.pull();
    CHECK(list(world).size() == 2);
  }
  world.rollback();
  CHECK(world.read("a.md") == "4\n");
  const auto operations = list_operations(world.workspace(), world.host);
  REQUIRE(operations.size() == 2);
  CHECK(operations[1].undone);  // its rollback is there as long as it is
}

TEST_CASE("verifying names each damaged path", "[sync][snapshot][damage]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("mine.md", "precious\n");
  const std::string id = create(world).snapshot.id;
  const SnapshotsVerified whole = verify_snapshots(world.workspace(), {}, world.host);
  CHECK(whole.damage.empty());
  CHECK(whole.whole.size() == 2);
  CHECK(whole.objects > 4);

  const std::string blob = world.repository.git(
      {"rev-parse", world.workspace().ref_prefix() + "snap/" + id.substr(5) + ":.ddx/mine.md"});
  const fs::path objects = make_loose(world);
  const fs::path loose = objects / blob.substr(0, 2) / blob.substr(2);
  REQUIRE(fs::exists(loose));
  fs::permissions(loose, static_cast<fs::perms>(0644));
  std::string bytes = read_file(loose);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(loose, bytes);

  const SnapshotsVerified damaged = verify_snapshots(world.workspace(), {}, world.host);
  REQUIRE(damaged.damage.size() == 1);
  CHECK(damaged.damage[0].id == id);
  CHECK(damaged.damage[0].path == ".ddx/mine.md");
  CHECK(damaged.whole.size() == 1);

  world.write("mine.md", "changed\n");
  const auto before = world.everything();
  const Error refused = failure_of([&] { restore(world, id); });
  CHECK(refused.code() == ErrorCode::snapshot_damaged);
  CHECK(std::string(refused.what()).find("'.ddx/mine.md'") != std::string::npos);
  CHECK(suggests(refused, Recovery::use_target));
  CHECK(world.everything() == before);
}
