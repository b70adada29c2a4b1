#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include "base/system_failure.hpp"
#include "ddx/error.hpp"
#include "faults/verbs.hpp"
#include "support/mount.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;

/// A small file system of its own, with the scene's project on it.
class SmallDisk {
 public:
  SmallDisk(const Scene& scene, const std::string& options)
      : at_(scene.folder() / "project"), mount_(Mount::tmpfs(at_, options)) {
    if (mount_)
      fs::copy(scene.folder() / "original", at_,
               fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }
  explicit operator bool() const { return static_cast<bool>(mount_); }

  /// Leaves about so many bytes free.
  void fill(std::uint64_t free_bytes) const {
    std::ofstream out(filler(), std::ios::binary);
    const std::string block(4096, 'x');
    while (fs::space(at_).available > free_bytes && out.write(block.data(), 4096).flush()) {
    }
  }
  /// Leaves so many files that can be made.
  void fill_files(std::uint64_t left) const {
    fs::create_directory(filler());
    Files files;
    const Directory at = files.open_root(at_);
    for (int i = 0; *files.free_space(at).files > left; ++i) write_file(filler() / std::to_string(i), "");
  }
  void make_room() const { fs::remove_all(filler()); }

  /// \returns how a pull fails; nothing if it does not
  [[nodiscard]] std::optional<Error> pull(Machine& machine) const { return attempt(pull_offline, machine); }
  [[nodiscard]] std::optional<Error> attempt(const Verb& verb, Machine& machine) const {
    try {
      verb(at_, machine.host);
    } catch (const Error& error) {
      return error;
    } catch (const std::system_error& error) {
      return to_error(error, Aftermath::nothing_changed);
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] fs::path filler() const { return at_ / "filler"; }
  fs::path at_;
  Mount mount_;
};

constexpr const char* no_disk = "no file system can be mounted here; the errors at every call stand for it";

}  // namespace

TEST_CASE("a disk that is too full for a pull is told from the first, with how much is needed",
          "[faults][full]") {
  const Scene scene;
  const SmallDisk disk(scene, "size=32m");
  if (!disk) SKIP(no_disk);
  const fs::path project = scene.folder() / "project";
  const Visible before = look_at(project);
  std::uint64_t enough = 0;
  for (std::uint64_t size = 1; enough == 0; size += 3) {
    disk.fill(size * mebibyte);
    Machine machine;
    const auto failure = disk.pull(machine);
    disk.make_room();
    if (!failure) {
      enough = size;
      break;
    }
    INFO(failure->what());
    CHECK(failure->code() == ErrorCode::disk_full);
    CHECK(std::string(failure->what()).find("MiB are needed, ") != std::string::npos);
    CHECK(failure->aftermath() == Aftermath::nothing_changed);
    CHECK(difference(look_at(project), before).empty());
    REQUIRE(size < 32);
  }
  CHECK(enough > 16);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}

TEST_CASE("a disk that fills up under a pull ends it with nothing changed", "[faults][full]") {
  const Scene scene;
  const SmallDisk disk(scene, "size=4m");
  if (!disk) SKIP(no_disk);
  const fs::path project = scene.folder() / "project";
  const Visible before = look_at(project);
  int refused = 0;
  for (std::uint64_t free_bytes = 0;; free_bytes += 8192) {
    disk.fill(free_bytes);
    Machine machine;
    machine.files.pretend_free_space({100 * mebibyte, std::nullopt});
    const auto failure = disk.pull(machine);
    disk.make_room();
    if (!failure) break;
    REQUIRE(free_bytes < 4 * mebibyte);
    ++refused;
    INFO(failure->what() << " with " << free_bytes << " bytes free");
    CHECK(exit_code(failure->code()) == 8);
    if (failure->aftermath() != Aftermath::pending) CHECK(difference(look_at(project), before).empty());
    Machine recovering;
    recover_now(project, recovering.host);
    REQUIRE(difference(look_at(project), before).empty());
  }
  WARN(refused << " sizes of a full disk refused");
  CHECK(refused > 3);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}

TEST_CASE("a disk without inodes is what a first connection says it is, whoever noticed", "[faults][full]") {
  const Scene scene = Scene::unconnected();
  const SmallDisk disk(scene, "size=64m,nr_inodes=2000");
  if (!disk) SKIP(no_disk);
  for (std::uint64_t left = 0; left <= 24; left += 3) {
    disk.fill_files(left);
    Machine machine;
    machine.files.pretend_free_space({100 * mebibyte, std::nullopt});
    const auto failure = disk.attempt(initialise, machine);
    disk.make_room();
    INFO(left << " inodes left");
    REQUIRE(failure);
    INFO(failure->what());
    CHECK(failure->code() == ErrorCode::disk_full);
  }
}

TEST_CASE("a disk without inodes is told from a full one", "[faults][full]") {
  const Scene scene;
  const SmallDisk disk(scene, "size=64m,nr_inodes=2000");
  if (!disk) SKIP(no_disk);
  const fs::path project = scene.folder() / "project";
  const Visible before = look_at(project);
  const auto expect_refused = [&](std::uint64_t left, const std::optional<FreeSpace>& pretended) {
    disk.fill_files(left);
    Machine machine;
    if (pretended) machine.files.pretend_free_space(*pretended);
    const auto failure = disk.pull(machine);
    disk.make_room();
    INFO(left << " inodes left");
    REQUIRE(failure);
    INFO(failure->what());
    CHECK(failure->code() == ErrorCode::disk_full);
    if (!pretended && left > 20)
      CHECK(std::string(failure->what()).find(" too few inodes: ") != std::string::npos);
    Machine recovering;
    recover_now(project, recovering.host);
    CHECK(difference(look_at(project), before).empty());
  };
  for (const std::uint64_t left : {0, 3, 9, 25, 40}) expect_refused(left, std::nullopt);
  for (const std::uint64_t left : {0, 2, 4, 6, 8, 10, 14, 18, 22})
    expect_refused(left, FreeSpace{100 * mebibyte, std::nullopt});
  Machine machine;
  pull_offline(project, machine.host);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}
