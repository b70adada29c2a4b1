#include "snapshot/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ddx/error.hpp"
#include "git/tree.hpp"

namespace ddx {

namespace {

/// Most files of a mode have the same bits, so only the others are written out.
void note_permissions(const SnapshotTree& state, SnapshotMetadata& metadata) {
  std::map<Mode, std::map<std::uint32_t, std::size_t>> counts;
  for (const auto& [path, file] : state.files) {
    if (file.permissions) ++counts[file.mode][*file.permissions];
  }
  for (const auto& [mode, bits] : counts) {
    metadata.usual_permissions[mode] =
        std::max_element(bits.begin(), bits.end(), [](const auto& a, const auto& b) {
          return a.second < b.second;
        })->first;
  }
  for (const auto& [path, file] : state.files) {
    if (file.permissions && *file.permissions != metadata.usual_permissions.at(file.mode))
      metadata.permissions.emplace(path, *file.permissions);
  }
}

Error damaged(const Oid& commit, const std::string& why) {
  return Error(ErrorCode::snapshot_damaged,
               fmt::format("snapshot {} is damaged: {}", commit.short_str(), why),
               {{Recovery::list_snapshots}});
}

}  // namespace

SnapshotTree state_on_disk(const Workspace& workspace, const git::ProjectRepository& repository,
                           ProjectFolder& folder, const SnapshotInput& input) {
  std::set<RelPath> wanted(input.also.begin(), input.also.end());
  wanted.insert(RelPath::parse(".ddx.yml"));
  wanted.insert(RelPath::parse(".ddx.lock"));
  const auto in_lock = [&](const RelPath& path) {
    if (input.lock == nullptr) return false;
    const auto inner = path.relative_to(input.tree);
    return inner && input.lock->files.contains(*inner);
  };
  SnapshotTree state;
  for (const RelPath& path : folder.files_below(input.tree, {}, &state.skipped, &state.empty_folders)) {
    if (in_lock(path) || !repository.ignores(workspace.prefix + path.str())) wanted.insert(path);
  }
  for (const RelPath& path : wanted) {
    const Here here = folder.look(path);
    if (here.occupant != Occupant::file) continue;
    RecordedFile file(here.file);
    if (file.mode != Mode::link) file.permissions = here.permissions;
    state.files.emplace(path, file);
  }
  std::erase_if(state.empty_folders, [&](const RelPath& empty) {
    return repository.ignores(workspace.prefix + empty.str() + "/");
  });
  std::sort(state.empty_folders.begin(), state.empty_folders.end());
  std::sort(state.skipped.begin(), state.skipped.end());
  return state;
}

TakenSnapshot take_snapshot(const Workspace& workspace, Host& host, const git::ProjectRepository& repository,
                            ProjectFolder& folder, git::PackWriter& pack, const SnapshotInput& input) {
  SnapshotTree state = state_on_disk(workspace, repository, folder, input);
  TakenSnapshot taken;
  SnapshotMetadata& metadata = taken.metadata;
  std::map<RelPath, Version> tree;
  for (const auto& [path, file] : state.files) {
    Oid blob = file.bytes;
    if (!pack.contains(blob)) {
      const std::string bytes = folder.bytes(path);
      metadata.unique_bytes += bytes.size();
      blob = pack.blob(bytes);
    }
    tree.emplace(path, Version{blob, file.mode});
  }
  metadata.id = input.id;
  metadata.reason = input.reason;
  metadata.note = input.note;
  metadata.name = input.name;
  metadata.project = workspace.project;
  metadata.worktree = workspace.worktree;
  metadata.tree = input.tree;
  metadata.created = std::chrono::time_point_cast<std::chrono::seconds>(host.now());
  metadata.files = state.files.size();
  metadata.empty_folders = state.empty_folders;
  note_permissions(state, metadata);
  const git::Identity ddx{"ddx", "ddx@localhost"};
  taken.commit = pack.commit({pack.tree(tree), {}, ddx, ddx, metadata.created, encode_metadata(metadata)});
  taken.skipped = std::move(state.skipped);
  return taken;
}

SnapshotMetadata read_metadata(const git::Objects& objects, const Oid& commit) {
  try {
    return decode_metadata(git::read_commit(objects, commit).message);
  } catch (const Error& error) {
    throw damaged(commit, error.what());
  }
}

StoredSnapshot read_snapshot(const git::Objects& objects, const Oid& commit) {
  try {
    const git::CommitInfo info = git::read_commit(objects, commit);
    StoredSnapshot stored{decode_metadata(info.message), {}};
    stored.tree.empty_folders = stored.metadata.empty_folders;
    for (const auto& [path, version] : git::list_tree(objects, info.tree)) {
      stored.tree.files.emplace(path, RecordedFile(OnDisk{version.blob, version.mode},
                                                   permissions_of(stored.metadata, path, version.mode)));
    }
    return stored;
  } catch (const Error& error) {
    throw damaged(commit, error.what());
  }
}

std::string snapshot_name(const std::string& id) { return "snap-" + id; }

std::string snapshot_ref(const Workspace& workspace, const std::string& id) {
  return workspace.ref_prefix() + "snap/" + id;
}

}  // namespace ddx
