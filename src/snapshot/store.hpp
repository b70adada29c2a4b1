#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/lock_file.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/objects.hpp"
#include "git/pack_writer.hpp"
#include "snapshot/metadata.hpp"

namespace ddx {

/// A state of the project: the local tree, the lock and the config, as bytes on disk. Paths are relative to
/// the project's root.
struct SnapshotTree {
  std::map<RelPath, RecordedFile> files;
  std::vector<RelPath> empty_folders;  ///< sorted
  std::vector<std::string> skipped;    ///< nested repositories, sockets, devices: only known of what is here
};

struct SnapshotInput {
  std::string id;              ///< a ULID, the same as that of the operation it precedes
  std::string reason;          ///< `pull`, `rollback`…
  RelPath tree;                ///< the local tree
  std::vector<RelPath> also;   ///< paths the operation touches, whether or not git ignores them
  const Lock* lock = nullptr;  ///< its files belong to the snapshot even where git ignores them
  std::string note = {}, name = {};
};

struct TakenSnapshot {
  Oid commit;
  SnapshotMetadata metadata;
  std::vector<std::string> skipped;
};

/// Collects the state on disk as a commit in `pack`; nothing is written before the pack is published.
/// Unchanged blobs that the repository holds already cost nothing.
[[nodiscard]] TakenSnapshot take_snapshot(const Workspace& workspace, Host& host,
                                          const git::ProjectRepository& repository, ProjectFolder& folder,
                                          git::PackWriter& pack, const SnapshotInput& input);

/// What there is on disk that a snapshot would hold.
[[nodiscard]] SnapshotTree state_on_disk(const Workspace& workspace, const git::ProjectRepository& repository,
                                         ProjectFolder& folder, const SnapshotInput& input);

struct StoredSnapshot {
  SnapshotMetadata metadata;
  SnapshotTree tree;
};

/// \throws Error (snapshot_damaged) if an object is missing or does not match its id
[[nodiscard]] StoredSnapshot read_snapshot(const git::Objects& objects, const Oid& commit);
/// Without its files. \throws Error (snapshot_damaged)
[[nodiscard]] SnapshotMetadata read_metadata(const git::Objects& objects, const Oid& commit);

/// The public name of a snapshot: `snap-<id>`.
[[nodiscard]] std::string snapshot_name(const std::string& id);
[[nodiscard]] std::string snapshot_ref(const Workspace& workspace, const std::string& id);

}  // namespace ddx
