#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ddx/oid.hpp"
#include "ddx/rel_path.hpp"
#include "platform/files.hpp"

namespace ddx {

/// Remembers the hash of every file that was read, by size, times and inode, as git's index does for files it
/// tracks. A file that changed since this command started is not remembered: a later change in the same
/// instant would go unseen
/// ("racily clean"). Only a cache: a missing or damaged one costs time, nothing else.
class StatCache {
 public:
  /// The file `name` in the folder `below` of `root`, read when something first asks.
  StatCache(Files& files, std::filesystem::path root, std::string below, std::string name);

  [[nodiscard]] std::optional<Oid> find(const RelPath& path, const FileInfo& info);
  void remember(const RelPath& path, const FileInfo& info, const Oid& bytes);

  /// Writes it back if something was learned. A failure is no failure of the command.
  void save();

 private:
  struct Entry {
    std::uint64_t size = 0, inode = 0;
    std::int64_t mtime_ns = 0, ctime_ns = 0;
    Oid bytes;
  };
  static bool matches(const Entry& entry, const FileInfo& info);
  void load();
  bool read_entries(std::string_view body);

  Files& files_;
  std::filesystem::path root_;
  std::string below_, name_;
  std::int64_t started_ns_;
  bool loaded_ = false, changed_ = false;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace ddx
