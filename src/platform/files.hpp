#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "platform/descriptor.hpp"
#include "platform/file_info.hpp"

namespace ddx {

/// The I/O seam: every call that can change disk state goes through an object of this type, so that a test
/// can fail the n-th of them, or end the process there. Thin on purpose: one function, one system call (the
/// reading ones are here so that they can fail too). Short writes and interrupted calls are the callers'
/// concern (`write_all`).
///
/// Every function throws `std::system_error` with the errno, unless its comment says that an outcome is a
/// value.
class Files {
 public:
  virtual ~Files() = default;

  /// Opens a folder by absolute path, following links (for roots that `Workspace` has found).
  [[nodiscard]] virtual Directory open_root(const std::filesystem::path& path);
  /// Opens the folder `relative` (one or more components, '/' between) below `at`; no component may be a
  /// link. \returns nothing if a component is missing; throws ENOTDIR or ELOOP if one is something else
  [[nodiscard]] virtual std::optional<Directory> open_below(const Directory& at, std::string_view relative);

  /// lstat. \returns nothing if there is no such name
  [[nodiscard]] virtual std::optional<FileInfo> info(const Directory& at, const std::string& name);
  [[nodiscard]] virtual FileInfo info(const Descriptor& file);
  /// Without `.` and `..`, in no order.
  [[nodiscard]] virtual std::vector<FolderEntry> list(const Directory& at);
  /// Opens a regular file for reading without following a link. \returns nothing if there is no such name
  [[nodiscard]] virtual std::optional<Descriptor> open_read(const Directory& at, const std::string& name);
  /// \returns bytes read, 0 at the end
  [[nodiscard]] virtual std::size_t read(const Descriptor& file, std::span<char> into);
  /// Reading and writing go on from `offset`.
  virtual void seek(const Descriptor& file, std::uint64_t offset);
  [[nodiscard]] virtual std::string read_link(const Directory& at, const std::string& name);
  [[nodiscard]] virtual FreeSpace free_space(const Directory& at);
  /// Whether no mount point lies between two folders, found by a rename that cannot succeed.
  [[nodiscard]] virtual bool same_mount(const Directory& a, const Directory& b);
  /// Whether names can be made in the folder. Throws EACCES, EPERM or EROFS if not.
  virtual void check_writable(const Directory& at);
  /// Whether `name` can be renamed out of `at`, found by a rename that cannot succeed: onto `blocker`, a
  /// folder of ours that is not empty. Throws EACCES, EPERM, EROFS, EXDEV, EBUSY or ENOENT if not.
  virtual void check_movable(const Directory& at, const std::string& name, const Directory& blocker_at,
                             const std::string& blocker);
  /// The clock that the file system's times are taken from, in nanoseconds since 1970.
  [[nodiscard]] virtual std::int64_t clock_ns();

  // What follows changes something.

  /// O_CREAT|O_EXCL. `permissions` are masked by the umask.
  [[nodiscard]] virtual Descriptor create(const Directory& at, const std::string& name,
                                          std::uint32_t permissions);
  /// \returns bytes written; may be fewer than asked
  [[nodiscard]] virtual std::size_t write(const Descriptor& file, std::string_view bytes);
  /// fchmod: exactly these bits.
  virtual void set_permissions(const Descriptor& file, std::uint32_t permissions);
  virtual void make_link(const Directory& at, const std::string& name, const std::string& target);
  virtual void make_folder(const Directory& at, const std::string& name);
  /// \returns false if the folder is not empty, not there, or something is mounted on it
  virtual bool remove_empty_folder(const Directory& at, const std::string& name);
  virtual void rename(const Directory& from_at, const std::string& from, const Directory& to_at,
                      const std::string& to, RenameMode mode);
  virtual void hard_link(const Directory& from_at, const std::string& from, const Directory& to_at,
                         const std::string& to);
  /// Only for files of our own; a user's file is moved aside instead.
  virtual void remove(const Directory& at, const std::string& name);
  virtual void sync(const Descriptor& file);
  virtual void sync(const Directory& folder);
  /// Everything written to the file system of `folder` so far is durable.
  virtual void sync_file_system(const Directory& folder);
  /// Takes an exclusive lock on the open file that dies with the process (OFD lock).
  /// \returns false if somebody else holds it
  [[nodiscard]] virtual bool try_lock(const Descriptor& file);
  /// Opens our own file for reading and writing, created if missing (the writer lock, whose inode must stay).
  [[nodiscard]] virtual Descriptor open_own(const Directory& at, const std::string& name);
  /// Opens a log of ours or of git's, so that every write lands at its end; created if missing.
  [[nodiscard]] virtual Descriptor open_append(const Directory& at, const std::string& name);
  /// Cuts the file to `size` bytes; reading and writing go on from there.
  virtual void truncate(const Descriptor& file, std::uint64_t size);
  /// Reserves disk space for `bytes` more at the file's end, which stays where it is. Where the file system
  /// cannot, nothing happens.
  virtual void reserve(const Descriptor& file, std::uint64_t bytes);

  /// Announces a change that a library makes on our behalf (a pack, a ref). A test fails or ends the process
  /// here.
  virtual void before_library_change(std::string_view what);
};

/// Writes all of it, however short the single writes are. \throws std::system_error (EIO for a write of 0
/// bytes)
void write_all(Files& files, const Descriptor& file, std::string_view bytes);

/// The whole of an open file. Reads again when it changed meanwhile. \throws std::system_error; EAGAIN when
/// it never settles
[[nodiscard]] std::string read_all(Files& files, const Descriptor& file);

/// Reads a file by name. \returns nothing if there is none
[[nodiscard]] std::optional<std::string> read_file(Files& files, const Directory& at,
                                                   const std::string& name);

/// Makes the folder and its missing parents below `at` and opens it.
[[nodiscard]] Directory make_folders(Files& files, const Directory& at, std::string_view relative);

/// Writes a file of our own: aside, flush, rename over `name`. Not for the user's files.
void replace_own_file(Files& files, const Directory& at, const std::string& name, std::string_view bytes);

/// Gives something the name `to` in a folder that is ours alone, also where `no_replace` is not known.
/// \throws std::system_error (EEXIST) if the name is taken
void rename_to_free(Files& files, const Directory& from_at, const std::string& from, const Directory& to_at,
                    const std::string& to);

/// Whether a rename failed because the system or the file system does not know the mode.
[[nodiscard]] bool is_unknown_mode(const std::system_error& error);

/// Removes a tree of our own (an operation's folder). Never follows a link.
void remove_own_tree(Files& files, const Directory& at, const std::string& name);

}  // namespace ddx
