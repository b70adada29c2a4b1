#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/pull.hpp"
#include "ddx/rollback.hpp"

namespace ddx {

struct SnapshotInfo {
  std::string id;  ///< `snap-` and a ULID
  std::chrono::sys_seconds created;
  std::string reason;  ///< `create`, or the kind of the operation that it precedes
  std::string note, name;
  std::uint64_t files = 0;
  std::uint64_t unique_bytes = 0;  ///< uncompressed bytes of files that taking it added to the repository
  std::string damage;              ///< why it cannot be read; empty: nothing is known to be wrong
};

// Wherever an id is asked for: the id, a beginning that only one has, or a name.

/// Newest first. A damaged one does not hide the others.
[[nodiscard]] std::vector<SnapshotInfo> list_snapshots(const Workspace& workspace, Host& host);

struct SnapshotRequest {
  std::string note;
  std::string name;  ///< a snapshot with a name is never pruned; letters, digits, '.', '_', '-'
};

struct SnapshotCreated {
  SnapshotInfo snapshot;
  std::vector<std::string> skipped;  ///< nested repositories, sockets, devices: not in it
};

/// Records the local tree, lock and configuration as they are. No operation: there is nothing to undo.
/// \throws Error (usage) for a name that is taken or cannot be one
SnapshotCreated create_snapshot(const Workspace& workspace, const SnapshotRequest& request, Host& host);

struct SnapshotFile {
  RelPath path;  ///< relative to the project's root
  Mode mode = Mode::file;
  std::optional<std::uint32_t> permissions;  ///< none: not recorded, or a link
  std::uint64_t bytes = 0;
};

struct SnapshotContents {
  SnapshotInfo snapshot;
  std::vector<SnapshotFile> files;
  std::vector<RelPath> empty_folders;
};

/// \throws Error (no_such_target, snapshot_damaged)
[[nodiscard]] SnapshotContents show_snapshot(const Workspace& workspace, const std::string& id, Host& host);

struct RestoreRequest {
  std::string id;
  std::vector<std::string> paths;
  std::optional<bool> commit;
  std::string message;
  DryRun dry_run = DryRun::no;
};

/// As `rollback` with `to`.
RollbackReport restore_snapshot(const Workspace& workspace, const RestoreRequest& request, Host& host);

struct SnapshotsRemoved {
  std::vector<SnapshotInfo> removed;
  std::size_t kept = 0;
  bool dry_run = false;
};

/// Removes the refs; git's own garbage collection frees the objects. The operation that a snapshot preceded
/// stays in the list and cannot be undone any more. \throws Error (no_such_target; usage for the last one;
/// operation_open for one that an open pull needs)
SnapshotsRemoved delete_snapshots(const Workspace& workspace, const std::vector<std::string>& ids,
                                  Host& host);

/// Removes what `backup` in the configuration does not keep, oldest first.
/// \throws Error (snapshot_damaged) if one cannot be read: nobody knows then what may go
SnapshotsRemoved prune_snapshots(const Workspace& workspace, DryRun dry_run, Host& host);

struct SnapshotDamage {
  std::string id, path, why;  ///< `path` is empty when the snapshot itself cannot be read
};

struct SnapshotsVerified {
  std::vector<std::string> whole;
  std::vector<SnapshotDamage> damage;
  std::uint64_t objects = 0, bytes = 0;  ///< that were read, each once
};

/// Reads every object that restoring takes, and compares it with its id. \param ids  empty: all
[[nodiscard]] SnapshotsVerified verify_snapshots(const Workspace& workspace,
                                                 const std::vector<std::string>& ids, Host& host);

struct ExportRequest {
  std::vector<std::string> ids;  ///< empty: all
  std::filesystem::path file;
  bool overwrite = false;
};

struct SnapshotsExported {
  std::filesystem::path file;
  std::vector<std::string> ids;
  std::uint64_t bytes = 0;
};

/// Writes one git bundle that holds everything the snapshots need.
/// \throws Error (usage) if the file exists; Error (snapshot_damaged)
SnapshotsExported export_snapshots(const Workspace& workspace, const ExportRequest& request, Host& host);

struct SnapshotsImported {
  std::vector<std::string> imported;
  std::vector<std::string> known;  ///< were here already
};

/// All of the bundle's snapshots or none, unless it is killed after the objects are in: importing again then
/// brings the rest. \throws Error (bundle_refused)
SnapshotsImported import_snapshots(const Workspace& workspace, const std::filesystem::path& file, Host& host);

}  // namespace ddx
