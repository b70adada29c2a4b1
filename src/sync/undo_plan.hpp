#pragma once

#include <string>
#include <vector>

#include "sync/rollback_plan.hpp"

namespace ddx {

/// Plans to take the operations back one after the other, newest first, three-way: edits made since stay.
/// Fills in effects, changes, conflicts, and what `--commit` needs if it is one operation.
/// \param arguments  paths as typed; empty: everything
void plan_undo(Project& project, const git::Objects& objects, const std::vector<OperationRecord>& operations,
               const std::vector<std::string>& arguments, RollbackPlan& plan);

}  // namespace ddx
