#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/object_stores.hpp"
#include "git/repository.hpp"
#include "transaction/intent.hpp"

namespace ddx {

/// One path's change with the bytes that come. `content` is called while staging, and before that where its
/// size is not known otherwise. With the same state before and after, nothing is done: the record then says
/// what the path held.
struct Effect {
  RecordedEffect recorded;
  std::function<std::string()> content;  ///< raw bytes for the disk, a link's target; unset for a removal
};

/// Everything that one operation does. Complete: executing it decides nothing.
struct OperationDraft {
  std::string id;  ///< a fresh ULID; its snapshot has the same
  std::string kind, summary;
  std::vector<std::string> undoes;  ///< ids of earlier operations
  std::string continues;            ///< id of an earlier operation, or empty
  std::optional<SyncedVersion> from, to;
  std::vector<std::string> decisions;
  std::string tree;  ///< the local tree, which may be on a file system of its own
  Oid snapshot;      ///< collected in `pack`, not yet in the repository
  std::vector<Effect> effects;
  std::string restores = {};                                     ///< as in the record
  std::vector<RelPath> folders_made = {}, folders_removed = {};  ///< empty ones
  std::vector<git::IndexEdit> index;
  /// Makes the commit to move HEAD's ref to, once everything it holds is in the repository; unset without
  /// `--commit`.
  std::function<Oid()> make_commit;
};

struct OperationOutcome {
  std::optional<Oid> commit;  ///< none also when HEAD moved meanwhile and the commit was left out
  bool commit_left_out = false;
  std::vector<std::string> index_left;  ///< entries that were staged differently by then
  std::vector<RelPath> late_edits;  ///< displaced files that somebody still wrote to; kept in `done/<id>/`
};

/// The stores an operation reads from and writes to.
struct OperationStores {
  git::Repository& repository;
  const git::ObjectSource& objects;  ///< the project's and the upstream's
  git::ObjectSink& pack;             ///< into the project's
};

/// Runs the protocol of docs/architecture.md ("the operation"): stage, barrier, journal, barrier, renames,
/// index, ref, barrier, retire. The caller holds the writer lock and nothing is pending. \throws Error whose
/// aftermath says what is on disk: `nothing_changed`, `put_back`, or `pending` when it failed after
/// everything was applied
///         or when putting back failed too; Interrupted with nothing changed
OperationOutcome execute(const Workspace& workspace, Host& host, OperationStores stores,
                         OperationDraft draft);

}  // namespace ddx
