#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/pull.hpp"

namespace ddx {

/// One operation of the past, as `rollback --list` shows it, newest first.
struct OperationSummary {
  std::string id;    ///< a ULID
  std::string kind;  ///< `init`, `pull`, `continue`, `abort`, `rollback`
  std::chrono::sys_seconds date;
  std::string summary;   ///< "main@1a2b3c4 → main@5d6e7f8, 12 files"
  std::string snapshot;  ///< id of the state before it
  int files = 0;
  bool undone = false;  ///< a later rollback undid it
  std::string damage;   ///< why its record or its snapshot cannot be read; empty: it can
};

/// The project around `start`, or the one that was in `start` itself before its init was rolled back.
/// \throws Error as `Workspace::find`
[[nodiscard]] Workspace find_rollback_workspace(const std::filesystem::path& start, Host& host);

std::vector<OperationSummary> list_operations(const Workspace& workspace, Host& host);

struct RollbackRequest {
  /// A snapshot (that state; id, the beginning of one, name), an operation (the state after it; id or the
  /// beginning of one), a moment (`2026-01-31`, `2026-01-31T12:00Z`), or a version that was once synced.
  std::optional<std::string> to;
  std::size_t steps = 1;  ///< without `to`: how many operations are undone, as one
  std::vector<std::string> paths;
  std::optional<bool> commit;
  std::string message;
  DryRun dry_run = DryRun::no;
  bool assume_yes = false;  ///< `--yes`: confirms that an init of many files is undone
};

enum class RollbackResult { nothing_to_do, planned, rolled_back, conflicts };
[[nodiscard]] std::string_view to_string(RollbackResult result);

struct RollbackReport {
  RollbackResult result = RollbackResult::nothing_to_do;
  std::vector<std::string> undone;  ///< the operations that were undone, newest first; empty with `to`
  std::string target;               ///< what `to` named: an operation or a snapshot; empty otherwise
  std::string from, to;             ///< versions that the lock names before and after; empty: none
  std::vector<Change> changes;
  std::vector<Conflict> conflicts;  ///< files edited since, where the edit and the undo touch the same lines
  std::string snapshot;             ///< the state before this rollback: later edits are in it
  std::string operation;
  std::optional<Oid> commit;
  std::vector<std::string> warnings;
  std::size_t verified = 0;        ///< files that were read back and are as recorded
  std::vector<RelPath> differing;  ///< read back and not as recorded, relative to the project's root
};

/// Undoes the last operation that is not undone yet, three-way: edits made since are kept. With `to`, the
/// recorded state is restored exactly; what was there before is in the snapshot that the rollback takes
/// first, and restoring that undoes the rollback. Every file that was written is read back before the report
/// is made. \throws Error (no_such_target, operation_open, snapshot_damaged, confirmation_needed)
RollbackReport rollback(const Workspace& workspace, const RollbackRequest& request, Host& host);

}  // namespace ddx
