#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/lock_file.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/objects.hpp"
#include "git/pack_writer.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// A snapshot's files by path relative to the project's root: the local tree, the lock and the config, as
/// bytes on disk.
using SnapshotFiles = std::map<RelPath, OnDisk>;

struct SnapshotInput {
  std::string id;              ///< a ULID, the same as that of the operation it precedes
  std::string reason;          ///< `pull`, `rollback`…
  RelPath tree;                ///< the local tree
  std::vector<RelPath> also;   ///< paths the operation touches, whether or not git ignores them
  const Lock* lock = nullptr;  ///< its files belong to the snapshot even where git ignores them
};

/// Collects the state on disk as a commit in `pack`; nothing is written before the pack is published.
/// Unchanged blobs that the repository holds already cost nothing. \returns the commit's id
[[nodiscard]] Oid take_snapshot(const Workspace& workspace, Host& host,
                                const git::ProjectRepository& repository, ProjectFolder& folder,
                                git::PackWriter& pack, const SnapshotInput& input);

/// What there is on disk that a snapshot would hold.
[[nodiscard]] SnapshotFiles files_to_snapshot(const Workspace& workspace,
                                              const git::ProjectRepository& repository, ProjectFolder& folder,
                                              const SnapshotInput& input);

/// The files of a snapshot's commit. \throws Error (snapshot_damaged) if an object is missing or does not
/// match its id
[[nodiscard]] SnapshotFiles read_snapshot(const git::Objects& objects, const Oid& commit);

}  // namespace ddx
