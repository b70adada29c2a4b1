#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string_view>

#include "platform/files.hpp"

namespace ddx::test {

/// What a lesser file system does not know.
struct Lacks {
  bool exchange = false, no_replace = false, hard_links = false, locks = false;
};

/// The real file system with somebody at its elbow: every call is numbered, and a test may act just before
/// any of them.
class FaultyFiles : public Files {
 public:
  enum class Kind { reading, changing };
  struct Call {
    Kind kind;
    std::size_t number;     ///< from 1, counted by kind
    std::string_view name;  ///< of the function, or what `before_library_change` was told
  };
  /// May throw (the call fails), end the process, or do what a user would do at that moment.
  using Act = std::function<void(const Call&)>;

  FaultyFiles() = default;
  explicit FaultyFiles(Act act) : act_(std::move(act)) {}

  /// What `free_space` says from now on, whatever is true.
  void pretend_free_space(const FreeSpace& space) { pretended_space_ = space; }
  void set_lacks(const Lacks& lacks) { lacks_ = lacks; }
  /// Writes take at most so many bytes each.
  void set_longest_write(std::size_t bytes) { longest_write_ = bytes; }

  [[nodiscard]] std::size_t changes() const { return changes_; }
  [[nodiscard]] std::size_t readings() const { return readings_; }
  [[nodiscard]] std::size_t flushes() const { return flushes_; }

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
  void reading(std::string_view name);
  void changing(std::string_view name);

  Act act_;
  Lacks lacks_;
  std::optional<FreeSpace> pretended_space_;
  std::size_t longest_write_ = std::numeric_limits<std::size_t>::max();
  std::size_t changes_ = 0, readings_ = 0, flushes_ = 0;
};

/// Ends the process, as `kill -9` does, at the n-th changing call.
[[nodiscard]] FaultyFiles::Act die_at(std::size_t number);
/// Lets the n-th call of a kind fail.
[[nodiscard]] FaultyFiles::Act fail_at(FaultyFiles::Kind kind, std::size_t number, int error);
/// Does something, once, just before the n-th changing call.
[[nodiscard]] FaultyFiles::Act do_at(std::size_t number, std::function<void()> what);

}  // namespace ddx::test
