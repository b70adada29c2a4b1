#pragma once

#include <string>
#include <vector>

#include "snapshot/store.hpp"
#include "sync/rollback_plan.hpp"
#include "sync/rollback_target.hpp"

namespace ddx {

/// The recorded state that a target names. \throws Error (snapshot_damaged, state_damaged)
[[nodiscard]] SnapshotTree recorded_state(const Project& project, const git::Objects& objects,
                                          const RollbackTarget& target);

/// Plans to bring the local tree, lock and config to exactly that state: bytes, modes, permission bits, links
/// and empty folders. What is there and not in the state, goes.
/// \param arguments  paths as typed; empty: everything
void plan_restore(Project& project, const git::Objects& objects, const SnapshotTree& state,
                  const std::vector<std::string>& arguments, RollbackPlan& plan);

/// A pull that ended with conflicts is open again when its state is restored.
void reopen(const git::Objects& objects, const OperationRecord& record, RollbackPlan& plan);

}  // namespace ddx
