#include "support/mount.hpp"

#include <sys/mount.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "support/run.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

Mount::Mount(fs::path at) : at_(std::move(at)) { fs::create_directories(at_); }

Mount::Mount(Mount&& other) noexcept
    : at_(std::move(other.at_)), mounted_(std::exchange(other.mounted_, false)) {}

Mount& Mount::operator=(Mount&& other) noexcept {
  std::swap(at_, other.at_);
  std::swap(mounted_, other.mounted_);
  return *this;
}

Mount::~Mount() {
  if (!mounted_) return;
  sync();
  // A program that served the file system goes with its last user, which may still be a folder somebody holds
  // open.
  if (umount2(at_.c_str(), 0) != 0) umount2(at_.c_str(), MNT_DETACH);
}

Mount Mount::tmpfs(const fs::path& at, const std::string& options) {
  Mount made(at);
  made.mounted_ = mount("tmpfs", at.c_str(), "tmpfs", 0, options.c_str()) == 0;
  return made;
}

Mount Mount::bind(const fs::path& from, const fs::path& at) {
  Mount made(at);
  made.mounted_ = mount(from.c_str(), at.c_str(), nullptr, MS_BIND, nullptr) == 0;
  return made;
}

Mount Mount::read_only(const fs::path& from, const fs::path& at) {
  Mount made = bind(from, at);
  if (made && mount(nullptr, at.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0)
    return Mount(at);
  return made;
}

Mount Mount::ntfs(const fs::path& image, const fs::path& at) {
  constexpr std::uintmax_t size = 256 * 1024 * 1024;  // of which next to nothing is written
  const Environment environment{{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  Mount made(at);
  const fs::path folder = image.parent_path();
  run(folder, {"/usr/bin/truncate", "--size=" + std::to_string(size), image.string()}, environment);
  for (const char* program : {"/usr/sbin/mkntfs", "/usr/bin/ntfs-3g", "/dev/fuse"})
    if (!fs::exists(program)) return made;
  if (run(folder, {"/usr/sbin/mkntfs", "-F", "-Q", "-q", image.string()}, environment).exit != 0) return made;
  const RunResult mounting =
      run(folder, {"/usr/bin/ntfs-3g", "-o", "permissions", image.string(), at.string()}, environment);
  made.mounted_ = mounting.exit == 0;
  return made;
}

}  // namespace ddx::test
