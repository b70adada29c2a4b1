#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/rel_path.hpp"
#include "git/project_repository.hpp"
#include "platform/files.hpp"
#include "worktree/stat_cache.hpp"

namespace ddx {

/// A file as it is on disk: the git id of its raw bytes (a link's target), and the mode git would record.
struct OnDisk {
  Oid bytes;
  Mode mode = Mode::file;
  friend auto operator<=>(const OnDisk&, const OnDisk&) = default;
};

/// The folder in a project's root or local tree that holds what an operation works with. Never content.
inline constexpr const char* area_folder = ".ddx-op";

enum class Occupant {
  nothing,
  file,  ///< a regular file or a symbolic link
  folder,
  blocked,  ///< a socket, a device, or a parent that is no folder
};

struct Here {
  Occupant occupant = Occupant::nothing;
  OnDisk file;  ///< when `occupant` is `file`
  std::uint32_t permissions = 0;
};

/// Reads the project's folder: what is at a path, and which files are below a folder. Never follows a
/// symbolic link, never opens what need not be opened. Paths are relative to the project's root.
class ProjectFolder {
 public:
  /// \param cache  remembers hashes of files that did not change; may be null
  ProjectFolder(Files& files, const std::filesystem::path& root, StatCache* cache);

  /// \throws std::system_error if something is there and cannot be read
  [[nodiscard]] Here look(const RelPath& path);
  /// The raw bytes of a file, the target of a link. \throws std::system_error (ENOENT if it is gone)
  [[nodiscard]] std::string bytes(const RelPath& path);

  /// Every file and link below `folder` but those in its `.ddx-op`, sorted; nested repositories (folders that
  /// hold `.git`) are left out and reported to `skipped`. Folders for which `enter` says no are not looked
  /// into.
  /// \param empty  if not null, folders that hold nothing are added
  [[nodiscard]] std::vector<RelPath> files_below(const RelPath& folder,
                                                 const std::function<bool(const RelPath&)>& enter,
                                                 std::vector<std::string>* skipped,
                                                 std::vector<RelPath>* empty = nullptr);

  [[nodiscard]] const Directory& root() const { return root_; }

  /// Forgets the folder that the last look opened, when something may have moved it.
  void forget_folder() { parent_.reset(), parent_name_.clear(); }

 private:
  const Directory* parent_of(const RelPath& path, bool* blocked);

  Files& files_;
  Directory root_;
  StatCache* cache_;
  std::string parent_name_;  ///< of the folder that `parent_` is
  std::optional<Directory> parent_;
};

}  // namespace ddx
