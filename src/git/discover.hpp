#pragma once

#include <filesystem>
#include <string>

namespace ddx::git {

/// Where a repository with a work tree is; all paths absolute and free of symbolic links.
struct Location {
  std::filesystem::path git_dir;     ///< of this work tree
  std::filesystem::path common_dir;  ///< of the clone
  std::filesystem::path worktree_root;
  std::string linked_worktree;  ///< the name of a linked work tree; empty for the main one
};

/// Finds the repository around `start` as git does: upwards, not across file systems, through `.git` files of
/// linked work trees and submodules, and not into a repository that somebody else owns. \param start  an
/// existing folder, absolute \throws Error (not_a_repository); Error (unsupported_repository) for a bare
/// repository, an unknown format or
///   extension, or another owner
[[nodiscard]] Location discover(const std::filesystem::path& start);

}  // namespace ddx::git
