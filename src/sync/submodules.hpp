#pragma once

#include <string>
#include <vector>

#include "merge/plan.hpp"
#include "sync/project.hpp"

namespace ddx {

/// Names the conflicts in which one side has a repository of its own where the other has files. Files that
/// would come into a repository that is here (a submodule that upstream replaced by files, or one of the
/// user's) become such conflicts: nothing is ever written into it. \param submodules  of upstream
void name_submodules(Project& project, const Policy& policy, const std::vector<std::string>& submodules,
                     std::vector<FilePlan>& plans);

/// Whether this path of the local tree is a folder that holds a repository, or lies in one.
[[nodiscard]] bool is_in_repository(Project& project, const RelPath& path);

}  // namespace ddx
