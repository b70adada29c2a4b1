#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/rollback.hpp"
#include "git/pack_writer.hpp"
#include "merge/plan.hpp"
#include "sync/lock_before.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// A rollback as a value.
struct RollbackPlan {
  std::vector<std::string> undoes;  ///< newest first
  std::string target, summary;
  bool partial = false;  ///< only some paths: the rest of the operation still stands
  std::vector<Effect> effects;
  std::vector<RelPath> folders_made, folders_removed;  ///< empty ones
  std::vector<Change> changes;
  std::vector<Conflict> conflicts;  ///< with these nothing is done
  std::vector<std::string> warnings;
  std::optional<SyncedVersion> from, to;  ///< what the lock names before and after
  // For `--commit`: what is undone, and the locks around it.
  std::vector<Row> rows;
  LocksAround locks;

  [[nodiscard]] bool does_nothing() const {
    return effects.empty() && folders_made.empty() && folders_removed.empty();
  }
};

[[nodiscard]] ChangeKind kind_of(const RecordedEffect& effect);

/// The project, also when what made it was rolled back and there is no `.ddx.yml` any more: the records have
/// it. A broken lock does not hinder restoring a recorded one. \throws Error (no_config) if there never was
/// one
[[nodiscard]] Project open_for_rollback(const Workspace& workspace, Host& host,
                                        const RollbackRequest& request);

/// \throws Error (no_such_target, snapshot_damaged; confirmation_needed for an init of many files)
[[nodiscard]] RollbackPlan plan_rollback(Project& project, const git::Objects& objects,
                                         const RollbackRequest& request);

/// \throws Error (commit_conflict, no_identity, git_busy)
void add_rollback_commit(Project& project, const git::Objects& objects, git::PackWriter& pack,
                         const RollbackPlan& plan, const RollbackRequest& request, OperationDraft& draft);

}  // namespace ddx
