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

/// Remembers the hash of every file that was read, by size, times and inode, as git's index does for files it tracks.
/// A file that changed since this command started is not remembered: a later change in the same instant would go unseen
/// ("racily clean"). Only a cache: a missing or damaged one costs time, nothing else.
class StatCache {
 public:
  /// Reads `name` in `folder`; empty when there is none or it does not check out.
  static StatCache load(Files& files, const std::filesystem::path& folder, const std::string& name);

  [[nodiscard]] std::optional<Oid> find(const RelPath& path, const FileInfo& info) const;
  void remember(const RelPath& path, const FileInfo& info, const Oid& bytes);

  /// Writes it to the folder `below` of `root` if something was learned. A failure is no failure of the command.
  void save(Files& files, const std::filesystem::path& root, const std::string& below, const std::string& name);

 private:
  struct Entry {
    std::uint64_t size = 0, inode = 0;
    std::int64_t mtime_ns = 0, ctime_ns = 0;
    Oid bytes;
  };
  static bool matches(const Entry& entry, const FileInfo& info);
  std::unordered_map<std::string, Entry> entries_;
  std::int64_t started_ns_ = 0;
  bool changed_ = false;
};

}  // namespace ddx
