#pragma once

#include <cstddef>
#include <vector>

#include "ddx/oid.hpp"
#include "git/objects.hpp"
#include "git/project_repository.hpp"

namespace ddx::git {

/// The commits that a merge brought to the line of its first parent, as far as they are here: each after its
/// parents. \param most  further ones, older than these, are left out
[[nodiscard]] std::vector<Oid> commits_merged_by(const ProjectRepository& repository, const CommitInfo& merge,
                                                 std::size_t most);

}  // namespace ddx::git
