#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/files.hpp"

namespace ddx::test {

using InodeNumber = std::uint32_t;
constexpr InodeNumber no_inode = 0, root_inode = 1;

/// A disk in memory that knows what would be left of it if the power failed now.
///
/// What a program does is visible at once and durable later. Each change of names (a create, a rename, an
/// exchange, a link, a removal) is atomic; of the changes that were not flushed, any subset survives a power
/// cut, except that a change needs the ones before it on the same name, that the file it names and the folder
/// it is in must have been made, and that a removed folder must be empty. Content that was not flushed is
/// then as it was before, empty, or cut off. See docs/decisions/0014-what-the-model-assumes.md.
///
/// A copy is cheap: contents and folders are shared until somebody changes them.
class MemoryDisk {
 public:
  struct Entry {
    std::string name;
    InodeNumber inode = no_inode;
  };
  using Entries = std::vector<Entry>;
  struct Inode {
    FileType type = FileType::regular;
    bool removed = false;  ///< a folder that is in no other any more
    bool named = false;    ///< it has had a name
    std::uint32_t permissions = 0, durable_permissions = 0;
    std::int64_t changed = 0;
    std::shared_ptr<const std::string> content, durable_content;  ///< of a file; a link's target
    std::shared_ptr<const Entries> entries, durable_entries;      ///< of a folder
  };
  /// "This name in that folder is now this inode" (or none).
  struct Naming {
    InodeNumber folder = no_inode;
    std::string name;
    InodeNumber inode = no_inode;
  };

  MemoryDisk();

  [[nodiscard]] const Inode& inode(InodeNumber number) const { return inodes_[number]; }
  [[nodiscard]] InodeNumber child(InodeNumber folder, std::string_view name) const;
  /// \returns `no_inode` if there is nothing; links are not followed
  [[nodiscard]] InodeNumber find(std::string_view path) const;

  // Visible at once, durable later.
  [[nodiscard]] InodeNumber make(FileType type, std::uint32_t permissions, std::string content);
  /// All of it or nothing. `emptied` is a folder that goes with it.
  void name(std::vector<Naming> changes, InodeNumber emptied = no_inode);
  void write(InodeNumber file, std::string content);
  void set_permissions(InodeNumber file, std::uint32_t permissions);

  void flush_file(InodeNumber file);
  /// The names in it; not its own name in the folder above.
  void flush_folder(InodeNumber folder);
  void flush_everything();
  /// The last change of names, with those it needs: what somebody did who flushes what they save.
  void flush_last();

  /// How many things are not durable. Up to 64 are told apart by a power cut.
  [[nodiscard]] std::size_t volatile_count() const { return pending_.size() + dirty_.size(); }
  /// What is on the disk after a power cut. \param survived  a bit for each thing that is not durable: first
  /// the changes of names, oldest first, then the contents. \param loss  chooses how lost content looks
  [[nodiscard]] MemoryDisk after_power_cut(std::uint64_t survived, std::uint64_t loss) const;

 private:
  struct Pending {
    std::uint32_t serial = 0;
    std::vector<Naming> changes;
    InodeNumber emptied = no_inode;
    std::vector<InodeNumber> born;     ///< got their first name
    std::vector<std::uint32_t> needs;  ///< serials of earlier ones
  };
  [[nodiscard]] static bool needs(const Pending& later, const Pending& earlier);
  /// \param within  the flushed folder, whose own name in the one above is not flushed with it
  void make_durable(std::uint32_t serial, InodeNumber within);
  static void apply(std::shared_ptr<const Entries>& entries, const Naming& change);

  std::vector<Inode> inodes_;
  std::vector<Pending> pending_;
  std::vector<InodeNumber> dirty_;
  std::uint32_t serial_ = 0;
  std::int64_t clock_ = 1;
};

}  // namespace ddx::test
