#pragma once

#include <array>
#include <filesystem>
#include <string>

namespace ddx::git {

/// By these a hook is told its repository, which may be another than the one of a folder.
inline constexpr std::array<const char*, 4> repository_variables{"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR",
                                                                 "GIT_INDEX_FILE"};

/// The nearest folder at or above `start` with a `.git`; `start` itself if there is none. Where settings of
/// git are read: a folder that only looks like a repository may be from upstream, with settings that name
/// programs (REL K4).
[[nodiscard]] std::filesystem::path marked_folder(const std::filesystem::path& start);

/// Where a repository with a work tree is; all paths absolute and free of symbolic links.
struct Location {
  std::filesystem::path git_dir;     ///< of this work tree
  std::filesystem::path common_dir;  ///< of the clone
  std::filesystem::path worktree_root;
  std::string linked_worktree;  ///< the name of a linked work tree; empty for the main one
};

/// Finds the repository around `start` as git does: upwards, through `.git` files of linked work trees and
/// submodules, and not into a repository that somebody else owns. Unlike git it goes on across file systems,
/// for the local tree may be a mount, and passes by a folder that looks like a bare repository below a
/// `.git`. \param start  an existing folder, absolute \throws Error (not_a_repository); Error
/// (unsupported_repository) for a bare repository, an unknown format or
///   extension, or another owner
[[nodiscard]] Location discover(const std::filesystem::path& start);

}  // namespace ddx::git
