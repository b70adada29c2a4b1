#include "ddx/workspace.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "config/config_file.hpp"
#include "config/git_environment.hpp"
#include "config/ref_component.hpp"
#include "config/settings.hpp"
#include "ddx/error.hpp"
#include "git/discover.hpp"
#include "platform/files.hpp"

namespace ddx {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view root_project = "root";
constexpr std::string_view main_worktree = "main";

fs::path existing_folder(const fs::path& folder, const Host& host) {
  std::error_code failure;
  fs::path resolved = fs::canonical(host.current_directory / folder, failure);
  if (failure || !fs::is_directory(resolved, failure))
    throw Error(ErrorCode::not_a_folder, fmt::format("'{}' is not a folder", folder.string()));
  return resolved;
}

/// `folder` relative to `root` with a '/' at the end; empty for `root` itself; nothing if it is elsewhere.
std::optional<std::string> prefix_below(const fs::path& folder, const fs::path& root) {
  if (folder == root) return "";
  const std::string relative = folder.lexically_relative(root).generic_string();
  if (relative.empty() || relative == ".." || relative.starts_with("../")) return std::nullopt;
  return relative + "/";
}

Workspace around(const git::Location& location, const fs::path& project_root, Host& host) {
  const auto prefix = prefix_below(project_root, location.worktree_root);
  if (!prefix)
    throw Error(ErrorCode::unsupported_repository,
                fmt::format("'{}' is not in the work tree of its repository, '{}'", project_root.string(),
                            location.worktree_root.string()));
  Workspace workspace{.git_dir = location.git_dir,
                      .common_dir = location.common_dir,
                      .worktree_root = location.worktree_root,
                      .project_root = project_root,
                      .prefix = *prefix,
                      .project = std::string(root_project),
                      .worktree = std::string(main_worktree)};
  if (!prefix->empty())
    workspace.project = ref_component(std::string_view(*prefix).substr(0, prefix->size() - 1), root_project);
  if (!location.linked_worktree.empty())
    workspace.worktree = ref_component(location.linked_worktree, main_worktree);
  refuse_foreign_repository(workspace, host);
  return workspace;
}

/// From the root of the work tree down to `start`.
std::vector<fs::path> folders_down_to(const fs::path& start, const fs::path& root) {
  std::vector<fs::path> folders{root};
  for (const fs::path& name : start.lexically_relative(root))
    if (name != ".") folders.push_back(folders.back() / name);
  return folders;
}

bool is_at_or_below(const fs::path& path, const fs::path& folder) {
  return prefix_below(path, folder).has_value();
}

}  // namespace

std::string Workspace::ref_prefix() const { return fmt::format("refs/ddx/{}/{}/", project, worktree); }

fs::path Workspace::project_state_dir() const { return state_dir() / "projects" / project; }

Workspace Workspace::at(const fs::path& folder, Host& host) {
  const fs::path root = existing_folder(folder, host);
  return around(git::discover(root), root, host);
}

Workspace Workspace::find(const fs::path& start, Host& host) {
  const fs::path from = existing_folder(start, host);
  const git::Location location = git::discover(from);
  const Workspace here = around(location, from, host);
  std::optional<fs::path> nearest;
  for (const fs::path& folder : folders_down_to(from, here.worktree_root)) {
    const std::string shown = *prefix_below(folder, here.worktree_root) + ".ddx.yml";
    const auto document = read_config_file(host.files, host.files.open_root(folder), ".ddx.yml", shown);
    if (document == nullptr || !is_ddx_config(*document)) continue;
    nearest = folder;
    // Below here everything came from upstream, a `.ddx.yml` too; it must never become the configuration.
    if (is_at_or_below(from, folder / local_tree_of(*document))) break;
  }
  if (!nearest)
    throw Error(ErrorCode::no_config,
                fmt::format("'{}' is not in a project of ddx: no '.ddx.yml' up to '{}'", from.string(),
                            here.worktree_root.string()),
                {{Recovery::run_init}});
  return around(location, *nearest, host);
}

}  // namespace ddx
