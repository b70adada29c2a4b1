#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "git/project_repository.hpp"

namespace ddx::git {

/// "This entry becomes that." Paths are relative to the work tree's root.
struct IndexEdit {
  std::string path;
  std::optional<Version> before;  ///< what the entry must be for the edit to apply
  std::optional<Version> after;   ///< none: the entry goes
};

/// The entries (stage 0) below `folder` ("" for all), by path.
/// \throws Error (unsupported_repository) for a split or sparse index
[[nodiscard]] std::map<std::string, Version> index_versions(const ProjectRepository& repository,
                                                            const std::string& folder);

/// Applies the edits to the index file `file` (a copy of the repository's). Everything else in it stays:
/// flags, stages, other entries. An entry that is not what the edit expects, is left. Changed entries get no
/// stat data, so that git looks at the files once. \returns the paths that were left
std::vector<std::string> edit_index_file(const std::filesystem::path& file,
                                         const std::vector<IndexEdit>& edits);

/// The tree of `commit` (null: the empty tree) with these paths set (or removed); written into the
/// repository. Only folders on the way are rewritten.
[[nodiscard]] Oid updated_tree(const ProjectRepository& repository, const Oid& commit,
                               const std::map<std::string, std::optional<Version>>& changes);

}  // namespace ddx::git
