#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/synced_version.hpp"
#include "ddx/workspace.hpp"
#include "git/objects.hpp"
#include "git/project_repository.hpp"
#include "snapshot/store.hpp"
#include "worktree/recorded_file.hpp"

namespace ddx {

/// Which root a path belongs to.
enum class Place {
  project,  ///< the project's folder
  state,    ///< ddx's own folder in the work tree's git directory
};

/// "This path held that and holds this"; the same twice says what the path held when the operation ran.
/// `entry` names the file in the lock whose base moves with it.
struct RecordedEffect {
  Place place = Place::project;
  RelPath path;
  std::optional<RecordedFile> before, after;
  std::optional<RelPath> entry;
};

/// Whether the effect is on the project's `.ddx.lock`.
[[nodiscard]] bool is_lock_file(const RecordedEffect& effect);

/// Whether the effect only records a state.
[[nodiscard]] bool is_witness(const RecordedEffect& effect);

/// What an operation did, kept as a blob `operation.json` in the commit that `refs/ddx/…/op/<id>` names. The
/// same commit's folder `content/` holds every new content that is in no other store, so the record can be
/// replayed.
struct OperationRecord {
  std::string id, kind, summary;
  std::chrono::sys_seconds created;
  std::string prefix;               ///< of the project in the work tree
  Oid snapshot;                     ///< commit of the state before
  std::vector<std::string> undoes;  ///< ids of the operations that this one rolled back
  std::string continues;            ///< id of the open pull that this one ended
  std::optional<SyncedVersion> from,
      to;                              ///< what the lock's header names before and after; none: no pull yet
  std::vector<std::string> decisions;  ///< "kept yours in 'a.md' (1 hunk, --mine)"
  std::vector<RecordedEffect> effects;
  std::string restores = {};  ///< the state that was restored as a whole: after `<id>`, or of `snap-<id>`
  std::vector<RelPath> folders_made = {}, folders_removed = {};  ///< empty ones
  bool forgotten = false;  ///< its snapshot was deleted: it tells what happened, and can restore nothing
  std::string audit = {};  ///< hash of its entry in the audit log; empty if a ddx without one wrote it
};

[[nodiscard]] std::string to_json(const OperationRecord& record);
/// \throws Error (state_damaged)
[[nodiscard]] OperationRecord parse_record(std::string_view json);

[[nodiscard]] std::string operation_ref(const Workspace& workspace, const std::string& id);

/// The record in an operation's commit. \throws Error (state_damaged, repository_damaged)
[[nodiscard]] OperationRecord read_record(const git::Objects& objects, const Oid& commit);

/// A record whose ref, commit or content is missing or does not check out.
struct DamagedRecord {
  std::string id, why;
};

/// All records of this project in this work tree, oldest first.
struct Records {
  std::vector<OperationRecord> whole;
  std::vector<DamagedRecord> damaged;
};

/// One that is damaged never hides the others. \throws Error (repository_damaged) if git's refs cannot be
/// listed at all
[[nodiscard]] Records read_records(const Workspace& workspace, const git::ProjectRepository& repository,
                                   const git::Objects& objects);

/// \throws Error (state_damaged, repository_damaged)
[[nodiscard]] OperationRecord read_record(const Workspace& workspace,
                                          const git::ProjectRepository& repository,
                                          const git::Objects& objects, const std::string& id);

}  // namespace ddx
