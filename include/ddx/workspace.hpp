#pragma once

#include <filesystem>
#include <string>

#include "ddx/host.hpp"

namespace ddx {

/// Where things are: one project in one work tree of one clone. Found once per command; all paths absolute
/// and free of symbolic links.
struct Workspace {
  std::filesystem::path git_dir;        ///< of this work tree (`.git`, or `.git/worktrees/NAME`)
  std::filesystem::path common_dir;     ///< of the clone; equals `git_dir` in the main work tree
  std::filesystem::path worktree_root;  ///< the top folder of the work tree
  std::filesystem::path project_root;   ///< the folder that holds `.ddx.yml`; `worktree_root` or below
  std::string prefix;                   ///< `project_root` relative to `worktree_root`; empty, or ends in '/'
  std::string project;                  ///< ref-safe id of the project in this repository, from `prefix`
  std::string worktree;                 ///< ref-safe id of the work tree: `main`, or the linked one's name

  [[nodiscard]] std::filesystem::path config_file() const { return project_root / ".ddx.yml"; }
  [[nodiscard]] std::filesystem::path lock_file() const { return project_root / ".ddx.lock"; }
  /// `refs/ddx/<project>/<worktree>/`
  [[nodiscard]] std::string ref_prefix() const;
  /// Running and retired operations of this work tree.
  [[nodiscard]] std::filesystem::path state_dir() const { return git_dir / "ddx"; }
  /// What only this project has: the open pull, the stat cache.
  [[nodiscard]] std::filesystem::path project_state_dir() const;
  /// Shared by all work trees: the writer lock and the private upstream repository.
  [[nodiscard]] std::filesystem::path common_state_dir() const { return common_dir / "ddx"; }
  /// What is fetched, private to ddx.
  [[nodiscard]] std::filesystem::path upstream_repository() const {
    return common_state_dir() / "upstream.git";
  }
  /// Packs on their way into the clone's object store.
  [[nodiscard]] std::filesystem::path incoming_dir() const { return common_state_dir() / "incoming"; }

  /// The project around `start`: the nearest folder upwards, inside the work tree, that holds `.ddx.yml`.
  /// \throws Error (not_a_repository, unsupported_repository, no_config)
  static Workspace find(const std::filesystem::path& start, Host& host);

  /// A workspace whose project root is `folder` itself, whether or not there is a config yet.
  /// \throws Error (not_a_repository, unsupported_repository)
  static Workspace at(const std::filesystem::path& folder, Host& host);
};

}  // namespace ddx
