#include <sys/mount.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <functional>
#include <system_error>

#include "platform/files.hpp"
#include "support/temp_dir.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// The errno that the call throws; 0 if it goes through.
int failure_of(const std::function<void()>& call) {
  try {
    call();
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

/// Something mounted on a folder, while it lives.
class Mounted {
 public:
  explicit Mounted(fs::path at) : at_(std::move(at)) { fs::create_directories(at_); }
  Mounted(const Mounted&) = delete;
  ~Mounted() {
    if (mounted_) umount2(at_.c_str(), MNT_DETACH);
  }
  bool tmpfs() { return mounted_ = mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=1m,nr_inodes=50") == 0; }
  bool read_only_view_of(const fs::path& folder) {
    mounted_ = mount(folder.c_str(), at_.c_str(), nullptr, MS_BIND, nullptr) == 0;
    return mounted_ && mount(nullptr, at_.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0;
  }

 private:
  fs::path at_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("whether a file may be moved is found out without moving it", "[platform][files]") {
  const TempDir folder;
  write_file(folder.path() / "ours/blocker/x", "x");
  write_file(folder.path() / "theirs/file", "file");
  write_file(folder.path() / "theirs/full/file", "file");
  fs::create_directory(folder.path() / "theirs/empty");
  fs::create_symlink("nowhere", folder.path() / "theirs/link");
  Files files;
  const Directory ours = files.open_root(folder.path() / "ours");
  const Directory theirs = files.open_root(folder.path() / "theirs");
  for (const char* name : {"file", "full", "empty", "link"})
    CHECK(failure_of([&] { files.check_movable(theirs, name, ours, "blocker"); }) == 0);
  CHECK(failure_of([&] { files.check_movable(theirs, "missing", ours, "blocker"); }) == ENOENT);
  CHECK(read_file(folder.path() / "ours/blocker/x") == "x");
  CHECK(read_file(folder.path() / "theirs/file") == "file");
  CHECK(fs::is_directory(folder.path() / "theirs/empty"));
}

TEST_CASE("a mount between two folders is seen, also of the same file system", "[platform][files]") {
  const TempDir folder;
  write_file(folder.path() / "a/blocker/x", "x");
  write_file(folder.path() / "b/file", "file");
  Files files;
  const Directory a = files.open_root(folder.path() / "a");
  const Directory b = files.open_root(folder.path() / "b");
  CHECK(files.same_mount(a, b));
  CHECK(failure_of([&] { files.check_writable(b); }) == 0);
  Mounted view(folder.path() / "view");
  if (!view.read_only_view_of(folder.path() / "b")) SKIP("nothing can be mounted here");
  const Directory seen = files.open_root(folder.path() / "view");
  CHECK(files.info(seen, ".")->device == files.info(a, ".")->device);
  CHECK_FALSE(files.same_mount(a, seen));
  CHECK(failure_of([&] { files.check_movable(seen, "file", a, "blocker"); }) == EXDEV);
  CHECK(failure_of([&] { files.check_writable(seen); }) == EROFS);
}

TEST_CASE("a file system says how many bytes and files it has left", "[platform][files]") {
  const TempDir folder;
  Mounted disk(folder.path() / "disk");
  if (!disk.tmpfs()) SKIP("nothing can be mounted here");
  Files files;
  const Directory at = files.open_root(folder.path() / "disk");
  const FreeSpace before = files.free_space(at);
  CHECK(before.bytes > 0);
  CHECK(before.bytes <= 1024 * 1024);
  REQUIRE(before.files);
  CHECK(*before.files < 50);
  write_file(folder.path() / "disk/file", std::string(64 * 1024, 'x'));
  const FreeSpace after = files.free_space(at);
  CHECK(after.bytes + 64 * 1024 <= before.bytes);
  CHECK(*after.files + 1 == *before.files);
}
