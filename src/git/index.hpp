#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "git/project_repository.hpp"

namespace ddx::git {

/// The entries (stage 0) below `folder` ("" for all), by path.
/// \throws Error (unsupported_repository) for a split or sparse index
[[nodiscard]] std::map<std::string, Version> index_versions(const ProjectRepository& repository,
                                                            const std::string& folder);

/// The tree of `commit` (null: the empty tree) with these paths set (or removed); written into the
/// repository. Only folders on the way are rewritten.
[[nodiscard]] Oid updated_tree(const ProjectRepository& repository, const Oid& commit,
                               const std::map<std::string, std::optional<Version>>& changes);

}  // namespace ddx::git
