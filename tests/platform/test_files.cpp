#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <functional>
#include <system_error>

#include "platform/files.hpp"
#include "support/mount.hpp"
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
  const Mount view = Mount::read_only(folder.path() / "b", folder.path() / "view");
  if (!view) SKIP("nothing can be mounted here");
  const Directory seen = files.open_root(folder.path() / "view");
  CHECK(files.info(seen, ".")->device == files.info(a, ".")->device);
  CHECK_FALSE(files.same_mount(a, seen));
  CHECK(failure_of([&] { files.check_movable(seen, "file", a, "blocker"); }) == EXDEV);
  CHECK(failure_of([&] { files.check_writable(seen); }) == EROFS);
}

TEST_CASE("a file system says how many bytes and files it has left", "[platform][files]") {
  const TempDir folder;
  const Mount disk = Mount::tmpfs(folder.path() / "disk", "size=1m,nr_inodes=50");
  if (!disk) SKIP("nothing can be mounted here");
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
