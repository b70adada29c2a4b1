#include "platform/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <system_error>

namespace ddx {

namespace {

[[noreturn]] void fail(const std::string& doing, const std::filesystem::path& where) {
  const int number = errno;  // before anything that may change it
  throw std::system_error(number, std::generic_category(), doing + " '" + where.string() + "'");
}

template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

FileType type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::regular;
  if (S_ISDIR(mode)) return FileType::folder;
  if (S_ISLNK(mode)) return FileType::link;
  return FileType::other;
}

FileInfo to_info(const struct stat& raw) {
  FileInfo info;
  info.type = type_of(raw.st_mode);
  info.size = static_cast<std::uint64_t>(raw.st_size);
  info.permissions = raw.st_mode & 0777;
  info.device = raw.st_dev;
  info.inode = raw.st_ino;
  info.mtime_ns = raw.st_mtim.tv_sec * 1'000'000'000 + raw.st_mtim.tv_nsec;
  info.ctime_ns = raw.st_ctim.tv_sec * 1'000'000'000 + raw.st_ctim.tv_nsec;
  return info;
}

/// Opens a folder below another one, crossing no link. Kernels without openat2 (before 5.6) walk component by
/// component.
int open_folder_below(int at, const std::string& relative) {
  struct open_how how {};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const long opened =
      retry_interrupted([&] { return syscall(SYS_openat2, at, relative.c_str(), &how, sizeof how); });
  if (opened >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(opened);

  int current = fcntl(at, F_DUPFD_CLOEXEC, 0);
  for (std::size_t start = 0; current >= 0 && start <= relative.size();) {
    const std::size_t end = std::min(relative.find('/', start), relative.size());
    const std::string component = relative.substr(start, end - start);
    const int next = openat(current, component.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    const int saved = errno;
    close(current);
    errno = saved;
    current = next;
    start = end + 1;
  }
  return current;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(native_, other.native_);
  return *this;
}

Descriptor::~Descriptor() {
  if (native_ >= 0) close(native_);
}

Directory Files::open_root(const std::filesystem::path& path) {
  const int native =
      retry_interrupted([&] { return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (native < 0) fail("open folder", path);
  return Directory(Descriptor(native), path);
}

std::optional<Directory> Files::open_below(const Directory& at, std::string_view relative) {
  const std::string text = relative.empty() ? "." : std::string(relative);
  const int native = open_folder_below(at.native(), text);
  if (native >= 0) return Directory(Descriptor(native), at.path() / relative);
  if (errno == ENOENT) return std::nullopt;
  fail("open folder", at.path() / relative);
}

std::optional<FileInfo> Files::info(const Directory& at, const std::string& name) {
  struct stat raw {};
  if (fstatat(at.native(), name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) == 0) return to_info(raw);
  if (errno == ENOENT) return std::nullopt;
  fail("examine", at.path() / name);
}

FileInfo Files::info(const Descriptor& file) {
  struct stat raw {};
  if (fstat(file.native(), &raw) != 0) fail("examine", "an open file");
  return to_info(raw);
}

std::vector<FolderEntry> Files::list(const Directory& at) {
  // A descriptor of its own: reading moves the position that duplicates share.
  const int native = openat(at.native(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (native < 0) fail("list", at.path());
  struct Close {
    void operator()(DIR* folder) const { closedir(folder); }
  };
  const std::unique_ptr<DIR, Close> folder(fdopendir(native));
  if (!folder) {
    close(native);
    fail("list", at.path());
  }
  std::vector<FolderEntry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(folder.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    FileType type = FileType::other;
    switch (entry->d_type) {
      case DT_REG:
        type = FileType::regular;
        break;
      case DT_DIR:
        type = FileType::folder;
        break;
      case DT_LNK:
        type = FileType::link;
        break;
      case DT_UNKNOWN:
        if (const auto found = info(at, name)) type = found->type;
        break;
      default:
        break;
    }
    entries.push_back({std::move(name), type});
  }
  if (errno != 0) fail("list", at.path());
  return entries;
}

std::optional<Descriptor> Files::open_read(const Directory& at, const std::string& name) {
  const int native = retry_interrupted(
      [&] { return openat(at.native(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); });
  if (native >= 0) return Descriptor(native);
  if (errno == ENOENT) return std::nullopt;
  fail("read", at.path() / name);
}

std::size_t Files::read(const Descriptor& file, std::span<char> into) {
  const ssize_t count = retry_interrupted([&] { return ::read(file.native(), into.data(), into.size()); });
  if (count < 0) fail("read", "an open file");
  return static_cast<std::size_t>(count);
}

void Files::seek(const Descriptor& file, std::uint64_t offset) {
  if (lseek(file.native(), static_cast<off_t>(offset), SEEK_SET) < 0) fail("seek in", "an open file");
}

std::string Files::read_link(const Directory& at, const std::string& name) {
  std::string target(4096, '\0');
  for (;;) {
    const ssize_t length = readlinkat(at.native(), name.c_str(), target.data(), target.size());
    if (length < 0) fail("read link", at.path() / name);
    if (static_cast<std::size_t>(length) < target.size()) {
      target.resize(static_cast<std::size_t>(length));
      return target;
    }
    target.resize(2 * target.size());
  }
}

FreeSpace Files::free_space(const Directory& at) {
  struct statvfs raw {};
  if (fstatvfs(at.native(), &raw) != 0) fail("examine the file system of", at.path());
  FreeSpace space{std::numeric_limits<std::uint64_t>::max(), std::nullopt};
  if (raw.f_blocks != 0) space.bytes = static_cast<std::uint64_t>(raw.f_bavail) * raw.f_frsize;
  if (raw.f_files != 0) space.files = raw.f_favail;
  return space;
}

bool Files::same_mount(const Directory& a, const Directory& b) {
  // Onto "." is never possible; that the mounts differ is found out before that.
  return renameat2(a.native(), ".", b.native(), ".", 0) == 0 || errno != EXDEV;
}

void Files::check_writable(const Directory& at) {
  if (faccessat(at.native(), ".", W_OK | X_OK, AT_EACCESS) != 0) fail("write to folder", at.path());
}

void Files::check_movable(const Directory& at, const std::string& name, const Directory& blocker_at,
                          const std::string& blocker) {
  // A file never replaces a folder, a folder none that is not empty: whether it may go is found out before.
  if (renameat2(at.native(), name.c_str(), blocker_at.native(), blocker.c_str(), 0) == 0 || errno == EISDIR ||
      errno == ENOTEMPTY || errno == EEXIST)
    return;
  fail("move", at.path() / name);
}

std::int64_t Files::clock_ns() {
  struct timespec now {};
  if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) fail("read", "the clock");
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

Descriptor Files::create(const Directory& at, const std::string& name, std::uint32_t permissions) {
  const int native = retry_interrupted([&] {
    return openat(at.native(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                  permissions);
  });
  if (native < 0) fail("create", at.path() / name);
  return Descriptor(native);
}

std::size_t Files::write(const Descriptor& file, std::string_view bytes) {
  const ssize_t count = retry_interrupted([&] { return ::write(file.native(), bytes.data(), bytes.size()); });
  if (count < 0) fail("write", "an open file");
  return static_cast<std::size_t>(count);
}

void Files::set_permissions(const Descriptor& file, std::uint32_t permissions) {
  if (fchmod(file.native(), permissions) != 0) fail("set permissions of", "an open file");
}

void Files::make_link(const Directory& at, const std::string& name, const std::string& target) {
  if (symlinkat(target.c_str(), at.native(), name.c_str()) != 0) fail("make link", at.path() / name);
}

void Files::make_folder(const Directory& at, const std::string& name) {
  if (mkdirat(at.native(), name.c_str(), 0777) != 0) fail("make folder", at.path() / name);
}

bool Files::remove_empty_folder(const Directory& at, const std::string& name) {
  if (unlinkat(at.native(), name.c_str(), AT_REMOVEDIR) == 0) return true;
  for (const int stays : {ENOTEMPTY, EEXIST, ENOENT, ENOTDIR, EBUSY})
    if (errno == stays) return false;
  fail("remove folder", at.path() / name);
}

void Files::rename(const Directory& from_at, const std::string& from, const Directory& to_at,
                   const std::string& to, RenameMode mode) {
  unsigned flags = 0;
  switch (mode) {
    case RenameMode::no_replace:
      flags = RENAME_NOREPLACE;
      break;
    case RenameMode::exchange:
      flags = RENAME_EXCHANGE;
      break;
    case RenameMode::replace:
      break;
  }
  if (renameat2(from_at.native(), from.c_str(), to_at.native(), to.c_str(), flags) != 0)
    fail("rename to", to_at.path() / to);
}

void Files::hard_link(const Directory& from_at, const std::string& from, const Directory& to_at,
                      const std::string& to) {
  if (linkat(from_at.native(), from.c_str(), to_at.native(), to.c_str(), 0) != 0)
    fail("link", to_at.path() / to);
}

void Files::remove(const Directory& at, const std::string& name) {
  if (unlinkat(at.native(), name.c_str(), 0) != 0) fail("remove", at.path() / name);
}

void Files::sync(const Descriptor& file) {
  if (fsync(file.native()) != 0) fail("flush", "an open file");
}

void Files::sync(const Directory& folder) {
  if (fsync(folder.native()) != 0) fail("flush", folder.path());
}

void Files::sync_file_system(const Directory& folder) {
  if (syncfs(folder.native()) != 0) fail("flush the file system of", folder.path());
}

bool Files::try_lock(const Descriptor& file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (retry_interrupted([&] { return fcntl(file.native(), F_OFD_SETLK, &lock); }) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  fail("lock", "an open file");
}

Descriptor Files::open_own(const Directory& at, const std::string& name) {
  const int native = retry_interrupted(
      [&] { return openat(at.native(), name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666); });
  if (native < 0) fail("open", at.path() / name);
  return Descriptor(native);
}

Descriptor Files::open_append(const Directory& at, const std::string& name) {
  const int native = retry_interrupted([&] {
    return openat(at.native(), name.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  });
  if (native < 0) fail("open", at.path() / name);
  return Descriptor(native);
}

void Files::truncate(const Descriptor& file, std::uint64_t size) {
  if (ftruncate(file.native(), static_cast<off_t>(size)) != 0) fail("truncate", "an open file");
  Files::seek(file, size);
}

void Files::reserve(const Descriptor& file, std::uint64_t bytes) {
  const auto end = static_cast<off_t>(Files::info(file).size);
  const auto call = [&] {
    return fallocate(file.native(), FALLOC_FL_KEEP_SIZE, end, static_cast<off_t>(bytes));
  };
  if (retry_interrupted(call) != 0 && errno != EOPNOTSUPP && errno != ENOSYS)
    fail("reserve space for", "an open file");
}

void Files::before_library_change(std::string_view) {}

}  // namespace ddx
