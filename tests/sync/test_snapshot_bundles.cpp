#include <catch2/catch_test_macros.hpp>

#include "ddx/snapshot.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

SnapshotInfo create(World& world, const std::string& name = "") {
  return create_snapshot(world.workspace(), {"", name}, world.host).snapshot;
}

fs::path export_all(World& world) {
  const fs::path file = world.folder.path() / "all.bundle";
  export_snapshots(world.workspace(), {{}, file, true}, world.host);
  return file;
}

Error import_failure(World& world, const fs::path& file) {
  return failure_of([&] { import_snapshots(world.workspace(), file, world.host); });
}

/// What an import could have changed.
std::string traces(const World& world) {
  const fs::path git = world.repository.path() / ".git";
  return world.repository.git({"for-each-ref"}) + world.repository.git({"count-objects", "-v"}) +
         (fs::exists(git / "ddx/import") ? "quarantine" : "");
}

/// A bundle with one ref of that name to a commit over these files ("mode path" → bytes), with this message.
fs::path forged(World& world, const std::string& ref, const std::map<std::string, std::string>& files,
                const std::string& message) {
  TestRepo maker(world.folder.path() / "maker");
  std::string index;
  for (const auto& [entry, bytes] : files) {
    write_file(maker.path() / "content", bytes);
    const std::string blob = maker.git({"hash-object", "-w", "content"});
    index += entry.substr(0, 7) + blob + "\t" + entry.substr(7) + "\n";
  }
  write_file(maker.path() / "index-info", index);
  write_file(maker.path() / "message", message);
  const auto made = run(maker.path(),
                        {"sh", "-c",
                         "rm -f .git/index; git update-index --index-info < index-info && git update-ref " +
                             ref + " $(git commit-tree -F message $(git write-tree)) && " +
                             "git bundle create ../forged.bundle " + ref},
                        clean_environment(world.folder));
  if (made.exit != 0) throw std::runtime_error(made.err);
  return world.folder.path() / "forged.bundle";
}

std::string message_of(World& world, const std::string& id) {
  return world.repository.git({"show", "-s", "--format=%B", world.workspace().ref_prefix() + "snap/" + id});
}

}  // namespace

TEST_CASE("an export is one bundle that git verifies and fetches, with everything in it", "[sync][bundle]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("mine.md", "mine\n");
  const SnapshotInfo made = create(world, "keep");
  const fs::path place = world.folder.path() / "exports";
  const fs::path file = place / "out.bundle";
  write_file(place / "out.bundle.new", "somebody's\n");
  const SnapshotsExported report = export_snapshots(world.workspace(), {{"keep"}, file, false}, world.host);
  CHECK(report.ids == Lines{made.id});
  CHECK(report.bytes == fs::file_size(file));
  CHECK(tree_on_disk(place).size() == 2);
  CHECK(read_file(place / "out.bundle.new") == "somebody's\n");

  const TestRepo empty(world.folder.path() / "elsewhere");
  empty.git({"bundle", "verify", file.string()});
  empty.git({"fetch", "-q", file.string(), "refs/snapshots/*:refs/snapshots/*"});
  CHECK(empty.git({"show", "refs/snapshots/" + made.id + ":.ddx/mine.md"}) == "mine");
  empty.git({"fsck", "--strict"});

  const Error exists = failure_of([&] {
    export_snapshots(world.workspace(), {{}, file, false}, world.host);
  });
  CHECK(exists.code() == ErrorCode::usage);
  CHECK(suggests(exists, Recovery::overwrite));
  CHECK(export_snapshots(world.workspace(), {{}, file, true}, world.host).ids.size() == 2);
}

TEST_CASE("snapshots survive the clone: imported in another one, they restore", "[sync][bundle]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "edited, never committed\n");
  fs::permissions(world.local("a.md"), static_cast<fs::perms>(0600));
  const SnapshotInfo made = create(world, "precious");
  const fs::path file = export_all(world);

  World other;
  for (int i = 0; i < 1000; ++i) static_cast<void>(other.host.host().now());  // ids are made of the time
  fs::remove_all(other.repository.path());
  world.repository.git({"clone", "-q", world.repository.path().string(), other.repository.path().string()});
  const SnapshotsImported report = import_snapshots(other.workspace(), file, other.host);
  CHECK(report.imported.size() == 2);
  CHECK(report.known.empty());
  const auto again = import_snapshots(other.workspace(), file, other.host);
  CHECK(again.imported.empty());
  CHECK(again.known.size() == 2);
  CHECK(verify_snapshots(other.workspace(), {}, other.host).damage.empty());
  RestoreRequest request;
  request.id = "precious";
  restore_snapshot(other.workspace(), request, other.host);
  CHECK(other.read("a.md") == "edited, never committed\n");
  CHECK((static_cast<unsigned>(fs::status(other.local("a.md")).permissions()) & 0777u) == 0600u);
  CHECK(list_snapshots(other.workspace(), other.host)[1].id == made.id);
}

TEST_CASE("a hostile bundle is refused and leaves no trace", "[sync][bundle]") {
  World world;
  world.start({{"a.md", "one\n"}});
  const std::string id = create(world).id.substr(5);
  const std::string message = message_of(world, id);
  const std::string ref = "refs/snapshots/snap-" + id;
  delete_snapshots(world.workspace(), {"snap-" + id}, world.host);
  const std::string before = traces(world);
  const auto refuse = [&](const fs::path& file) {
    const Error error = import_failure(world, file);
    INFO(error.what());
    CHECK(error.code() == ErrorCode::bundle_refused);
    CHECK(exit_code(error.code()) == 6);
    CHECK(traces(world) == before);
  };
  refuse(forged(world, ref, {{"100644 .github/run.yml", "x\n"}}, message));  // outside the local tree
  refuse(forged(world, ref, {{"120000 .ddx/link", "/etc/passwd"}}, message));
  refuse(forged(world, ref, {{"100644 .ddx/a.md", "x\n"}}, "no description"));
  refuse(forged(world, "refs/heads/main", {{"100644 .ddx/a.md", "x\n"}}, message));
  refuse(forged(world, "refs/snapshots/snap-01AAAAAAAAAAAAAAAAAAAAAAAA", {{"100644 .ddx/a.md", "x\n"}},
                message));
  world.host.environment["DDX_LIMITS_FILE_SIZE"] = "1KiB";
  refuse(forged(world, ref, {{"100644 .ddx/big.md", std::string(2000, 'x')}}, message));
  world.host.environment["DDX_LIMITS_FILES"] = "1";
  refuse(
      forged(world, ref,
             {{"100644 .ddx/1", "1"}, {"100644 .ddx/2", "2"}, {"100644 .ddx/3", "3"}, {"100644 .ddx/4", "4"}},
             message));
  world.host.environment.clear();
  import_snapshots(world.workspace(), forged(world, ref, {{"100644 .ddx/a.md", "x\n"}}, message), world.host);
}

TEST_CASE("a bundle with a flipped byte or a missing end is refused", "[sync][bundle]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", std::string(300, 'b')}});
  const std::string id = create(world, "here").id;
  const fs::path file = export_all(world);
  const std::string bytes = read_file(file);
  delete_snapshots(world.workspace(), {"here"}, world.host);
  world.repository.git({"pack-refs", "--all"});
  const std::string before = traces(world);
  const fs::path bad = world.folder.path() / "bad.bundle";
  int refused = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 41) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    write_file(bad, flipped);
    INFO(at);
    const Error error = import_failure(world, bad);
    CHECK(error.code() == ErrorCode::bundle_refused);
    ++refused;
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{10}, bytes.size() / 2, bytes.size() - 1}) {
    write_file(bad, bytes.substr(0, length));
    CHECK(import_failure(world, bad).code() == ErrorCode::bundle_refused);
  }
  CHECK(traces(world) == before);
  CHECK(refused > 10);
}

TEST_CASE("a bundle that lacks a file is refused, even where the project has it", "[sync][bundle]") {
  World world;
  world.start({{"a.md", "one\n"}});
  const std::string id = create(world, "here").id;
  const TestRepo thin(world.folder.path() / "thin");
  thin.git({"fetch", "-q", export_all(world).string(), "refs/snapshots/*:refs/snapshots/*"});
  const std::string commit = thin.git({"rev-parse", "refs/snapshots/" + id});
  const std::string tree = thin.git({"rev-parse", commit + "^{tree}"});
  write_file(thin.path() / "ids", commit + "\n" + tree + "\n");
  const auto packed = run(thin.path(), {"sh", "-c", "git pack-objects -q --stdout < ids > pack"},
                          clean_environment(world.folder));
  REQUIRE(packed.exit == 0);
  const fs::path file = world.folder.path() / "thin.bundle";
  write_file(file, "# v2 git bundle\n" + commit + " refs/snapshots/" + id + "\n\n" +
                       read_file(thin.path() / "pack"));
  const std::string before = traces(world);
  CHECK(import_failure(world, file).code() == ErrorCode::bundle_refused);
  CHECK(traces(world) == before);
}

TEST_CASE("another snapshot with the same id is not replaced", "[sync][bundle]") {
  World world;
  world.start({{"a.md", "one\n"}});
  const std::string id = create(world).id.substr(5);
  const fs::path file =
      forged(world, "refs/snapshots/snap-" + id, {{"100644 .ddx/a.md", "other\n"}}, message_of(world, id));
  const std::string before = traces(world);
  CHECK(import_failure(world, file).code() == ErrorCode::bundle_refused);
  CHECK(traces(world) == before);
}
