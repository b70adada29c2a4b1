#pragma once

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

/// git sets `GIT_DIR` and its kin for its hooks. They are fine as long as they name the repository that was
/// found. \throws Error (unsupported_repository) if one names another place
void refuse_foreign_repository(const Workspace& workspace, const Host& host);

/// For commands that change something: git also hands its hooks an index of its own (`git commit PATH`),
/// which a change of the real one would not reach. \throws Error (unsupported_repository) if `GIT_INDEX_FILE`
/// names another index
void refuse_foreign_index(const Workspace& workspace, const Host& host);

}  // namespace ddx
