#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ddx {

enum class FileType { regular, folder, link, other };

struct FileInfo {
  FileType type = FileType::regular;
  std::uint64_t size = 0;
  std::uint32_t permissions = 0;  ///< the nine rwx bits
  std::uint64_t device = 0, inode = 0;
  std::int64_t mtime_ns = 0, ctime_ns = 0;
};

/// What a file system has left for this user.
struct FreeSpace {
  std::uint64_t bytes = 0;             ///< the highest number where the file system does not say
  std::optional<std::uint64_t> files;  ///< how many more can be made; nothing where there is no such limit
};

struct FolderEntry {
  std::string name;
  FileType type = FileType::regular;
};

enum class RenameMode {
  no_replace,  ///< the new name must be free
  exchange,    ///< both names must exist; they swap
  replace,     ///< plain rename(2); only between names of our own
};

}  // namespace ddx
