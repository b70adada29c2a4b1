#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/rollback.hpp"
#include "git/pack_writer.hpp"
#include "merge/plan.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// A rollback as a value.
struct RollbackPlan {
  std::string undoes, target, summary;
  bool partial = false;  ///< only some paths: the rest of the operation still stands
  std::vector<Effect> effects;
  std::vector<Change> changes;
  std::vector<Conflict> conflicts;  ///< with these nothing is done
  std::vector<std::string> warnings;
  // For `--commit`: what is undone, and the locks around it.
  std::vector<Row> rows;
  std::optional<Lock> lock_before;  ///< none: there was no lock before what is undone
  std::optional<Lock> lock_after;   ///< what the operation left
};

/// The project, also when what made it was rolled back and there is no `.ddx.yml` any more: the records have
/// it. \throws Error (no_config) if there never was one
[[nodiscard]] Project open_for_rollback(const Workspace& workspace, Host& host);

/// \throws Error (no_such_target, snapshot_damaged; confirmation_needed for an init of many files)
[[nodiscard]] RollbackPlan plan_rollback(Project& project, const git::Objects& objects,
                                         const RollbackRequest& request);

/// \throws Error (commit_conflict, no_identity, git_busy)
void add_rollback_commit(Project& project, const git::Objects& objects, git::PackWriter& pack,
                         const RollbackPlan& plan, const RollbackRequest& request, OperationDraft& draft);

}  // namespace ddx
