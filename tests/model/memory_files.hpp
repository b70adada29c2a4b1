#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/memory_disk.hpp"
#include "platform/files.hpp"

namespace ddx::test {

/// The program is gone: thrown by a test's hook, and by every later change of the same program. No
/// std::exception, so that nobody catches it on the way out.
struct ProgramDied {};

/// What the file system at hand can do beside plain renames.
struct Capabilities {
  bool exchange = true;    ///< else EINVAL
  bool no_replace = true;  ///< else EINVAL
  bool hard_link = true;   ///< else EPERM
};

/// The I/O seam over a disk in memory. One object is one run of a program: what it has open, and the locks
/// it holds, end with it.
class MemoryFiles final : public Files {
 public:
  /// Called before every change; numbers begin with 1. May throw (the call fails, or the program ends), or
  /// do what a user would do at that moment.
  struct Call {
    std::size_t number;
    std::string_view name;         ///< of the function
    std::string_view file, other;  ///< the names it is about, where it has any
  };
  using Before = std::function<void(const Call&)>;

  explicit MemoryFiles(MemoryDisk& disk, Capabilities can = {}) : disk_(disk), can_(can) {}
  void set_before(Before before) { before_ = std::move(before); }
  [[nodiscard]] std::size_t changes() const { return changes_; }

  Directory open_root(const std::filesystem::path& path) override;
  std::optional<Directory> open_below(const Directory& at, std::string_view relative) override;
  std::optional<FileInfo> info(const Directory& at, const std::string& name) override;
  FileInfo info(const Descriptor& file) override;
  std::vector<FolderEntry> list(const Directory& at) override;
  std::optional<Descriptor> open_read(const Directory& at, const std::string& name) override;
  std::size_t read(const Descriptor& file, std::span<char> into) override;
  void seek(const Descriptor& file, std::uint64_t offset) override;
  std::string read_link(const Directory& at, const std::string& name) override;
  FreeSpace free_space(const Directory& at) override;
  bool same_mount(const Directory& a, const Directory& b) override;
  void check_writable(const Directory& at) override;
  void check_movable(const Directory& at, const std::string& name, const Directory& blocker_at,
                     const std::string& blocker) override;
  std::int64_t clock_ns() override;

  Descriptor create(const Directory& at, const std::string& name, std::uint32_t permissions) override;
  std::size_t write(const Descriptor& file, std::string_view bytes) override;
  void set_permissions(const Descriptor& file, std::uint32_t permissions) override;
  void make_link(const Directory& at, const std::string& name, const std::string& target) override;
  void make_folder(const Directory& at, const std::string& name) override;
  bool remove_empty_folder(const Directory& at, const std::string& name) override;
  void rename(const Directory& from_at, const std::string& from, const Directory& to_at,
              const std::string& to, RenameMode mode) override;
  void hard_link(const Directory& from_at, const std::string& from, const Directory& to_at,
                 const std::string& to) override;
  void remove(const Directory& at, const std::string& name) override;
  void sync(const Descriptor& file) override;
  void sync(const Directory& folder) override;
  void sync_file_system(const Directory& folder) override;
  bool try_lock(const Descriptor& file) override;
  Descriptor open_own(const Directory& at, const std::string& name) override;
  Descriptor open_append(const Directory& at, const std::string& name) override;
  void truncate(const Descriptor& file, std::uint64_t size) override;
  void reserve(const Descriptor& file, std::uint64_t bytes) override;
  void before_library_change(std::string_view what) override;

 private:
  struct Open {
    InodeNumber inode = no_inode;
    std::size_t position = 0;
    bool appends = false;
  };
  void changing(std::string_view name, std::string_view file = {}, std::string_view other = {});
  [[nodiscard]] Descriptor open(InodeNumber inode);
  [[nodiscard]] Open& opened(int native);
  [[nodiscard]] InodeNumber folder_of(const Directory& at);
  /// The folder, which must still be part of the tree.
  [[nodiscard]] InodeNumber living(const Directory& at);
  [[nodiscard]] InodeNumber make(const Directory& at, const std::string& name, FileType type,
                                 std::uint32_t permissions, const std::string& content);
  void replace(const MemoryDisk::Naming& from, const MemoryDisk::Naming& to);

  MemoryDisk& disk_;
  Capabilities can_;
  Before before_;
  std::size_t changes_ = 0;
  bool died_ = false;
  std::vector<Open> open_;
  std::vector<InodeNumber> locked_;
};

}  // namespace ddx::test
