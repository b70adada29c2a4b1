#include "ddx/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "snapshot/catalog.hpp"
#include "snapshot/store.hpp"
#include "sync/begin_changes.hpp"
#include "sync/roll_back.hpp"
#include "sync/snapshot_check.hpp"
#include "sync/snapshot_project.hpp"

namespace ddx {

namespace {

void refuse_name(const std::vector<CatalogEntry>& catalog, const std::string& name) {
  if (name.empty()) return;
  if (!is_snapshot_name(name))
    throw Error(ErrorCode::usage,
                fmt::format("'{}' cannot be the name of a snapshot: a letter, then letters, digits, '.', '_' "
                            "and '-', 64 at most",
                            name));
  for (const CatalogEntry& entry : catalog) {
    if (entry.info.name == name)
      throw Error(ErrorCode::usage, fmt::format("snapshot {} is called '{}' already", entry.info.id, name),
                  {{Recovery::list_snapshots}});
  }
}

std::vector<const CatalogEntry*> chosen(const std::vector<CatalogEntry>& catalog,
                                        const std::vector<std::string>& ids) {
  std::vector<const CatalogEntry*> entries;
  for (const std::string& id : ids) {
    const CatalogEntry* entry = &find_snapshot(catalog, id);
    if (std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(entry);
  }
  if (ids.empty()) {
    for (const CatalogEntry& entry : catalog) entries.push_back(&entry);
  }
  return entries;
}

}  // namespace

std::vector<SnapshotInfo> list_snapshots(const Workspace& workspace, Host& host) {
  report_pending(workspace, host);
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const git::Objects objects({repository.objects_folder()});
  std::vector<SnapshotInfo> list;
  for (CatalogEntry& entry : read_catalog(workspace, repository, objects))
    list.push_back(std::move(entry.info));
  std::reverse(list.begin(), list.end());
  return list;
}

SnapshotCreated create_snapshot(const Workspace& workspace, const SnapshotRequest& request, Host& host) {
  const WriterLock writer = begin_changes(workspace, host);
  Project project = open_for_snapshots(workspace, host);
  const git::Objects objects = project.objects(nullptr);
  refuse_name(read_catalog(workspace, project.repository, objects), request.name);
  git::PackWriter pack = project.new_pack();
  SnapshotInput input{make_ulid(host.now(), host.random()),
                      "create",
                      project.tree,
                      {},
                      project.lock ? &*project.lock : nullptr};
  input.note = request.note;
  input.name = request.name;
  const TakenSnapshot taken = take_snapshot(workspace, host, project.repository, project.folder, pack, input);
  host.files.before_library_change("pack");
  pack.publish();
  if (!project.repository.move_reference(snapshot_ref(workspace, input.id), taken.commit, std::nullopt, ""))
    throw Error(ErrorCode::state_damaged, fmt::format("snapshot {} exists already", input.id),
                {{Recovery::retry}});
  const SnapshotMetadata& made = taken.metadata;
  audit_change(project, "snapshot", fmt::format("{} made", snapshot_name(made.id)));
  return {{snapshot_name(made.id), made.created, made.reason, made.note, made.name, made.files,
           made.unique_bytes, ""},
          taken.skipped};
}

SnapshotContents show_snapshot(const Workspace& workspace, const std::string& id, Host& host) {
  report_pending(workspace, host);
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const git::Objects objects({repository.objects_folder()});
  const auto catalog = read_catalog(workspace, repository, objects);
  const CatalogEntry& entry = find_snapshot(catalog, id);
  if (!entry.info.damage.empty())
    throw Error(ErrorCode::snapshot_damaged, entry.info.damage,
                {{Recovery::drop_snapshot, entry.info.id}, {Recovery::list_snapshots}});
  const StoredSnapshot stored = read_snapshot(objects, *entry.commit);
  SnapshotContents contents{entry.info, {}, stored.tree.empty_folders};
  for (const auto& [path, file] : stored.tree.files) {
    const auto header = objects.header(file.bytes);
    if (!header)
      throw Error(ErrorCode::snapshot_damaged,
                  fmt::format("the recorded content of '{}' is missing", path.str()),
                  {{Recovery::list_snapshots}});
    contents.files.push_back({path, file.mode, file.permissions, header->size_bytes});
  }
  return contents;
}

RollbackReport restore_snapshot(const Workspace& workspace, const RestoreRequest& request, Host& host) {
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const auto catalog = read_catalog(workspace, repository, git::Objects({repository.objects_folder()}));
  RollbackRequest rollback;
  rollback.to = find_snapshot(catalog, request.id).info.id;
  rollback.paths = request.paths;
  rollback.commit = request.commit;
  rollback.message = request.message;
  rollback.dry_run = request.dry_run;
  return roll_back(workspace, rollback, "restore", host);
}

SnapshotsVerified verify_snapshots(const Workspace& workspace, const std::vector<std::string>& ids,
                                   Host& host) {
  report_pending(workspace, host);
  const Project project = open_for_snapshots(workspace, host);
  const git::Objects objects = project.objects(nullptr);
  const auto catalog = read_catalog(workspace, project.repository, objects);
  SnapshotsVerified verified;
  SnapshotCheck check(project, objects);
  for (const CatalogEntry* entry : chosen(catalog, ids)) {
    const std::vector<SnapshotDamage> damage = check.check(*entry);
    if (damage.empty()) verified.whole.push_back(entry->info.id);
    verified.damage.insert(verified.damage.end(), damage.begin(), damage.end());
  }
  verified.objects = check.objects_read();
  verified.bytes = check.bytes_read();
  return verified;
}

}  // namespace ddx
