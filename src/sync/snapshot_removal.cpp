#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"
#include "ddx/snapshot.hpp"
#include "snapshot/store.hpp"
#include "sync/begin_changes.hpp"
#include "sync/expire_snapshots.hpp"
#include "sync/snapshot_project.hpp"
#include "transaction/record.hpp"

namespace ddx {

namespace {

/// Snapshots, and operations whose record is all that is left of one.
std::vector<CatalogEntry> everything_named(const Project& project, const git::Objects& objects) {
  std::vector<CatalogEntry> catalog = read_catalog(project.workspace, project.repository, objects);
  std::set<std::string> known;
  for (const CatalogEntry& entry : catalog) known.insert(entry.id);
  for (const DamagedRecord& record : read_records(project.workspace, project.repository, objects).damaged) {
    if (!known.insert(record.id).second) continue;
    CatalogEntry entry{record.id, std::nullopt, {}};
    entry.info.id = snapshot_name(record.id);
    entry.info.damage = record.why;
    catalog.push_back(std::move(entry));
  }
  return catalog;
}

/// The record stays, without what would keep the snapshot's objects: who undid what is still known.
void forget(Project& project, const git::Objects& objects, const std::string& id) {
  const std::string name = operation_ref(project.workspace, id);
  std::optional<OperationRecord> record;
  std::optional<Oid> commit;
  try {
    commit = project.repository.reference(name);
    if (!commit) return;
    record = read_record(project.workspace, project.repository, objects, id);
  } catch (const Error& error) {
    project.host.events.warning(
        fmt::format("the record of operation {} is damaged and goes: {}", id, error.what()));
  }
  if (!record) {
    project.repository.remove_reference(name);
    return;
  }
  record->forgotten = true;
  record->effects.clear();
  record->folders_made.clear();
  record->folders_removed.clear();
  git::PackWriter pack = project.new_pack();
  const git::Identity ddx{"ddx", "ddx@localhost"};
  const Oid tree = pack.tree({{RelPath::parse("operation.json"), {pack.blob(to_json(*record)), Mode::file}}});
  const Oid shorter = pack.commit(
      {tree, {}, ddx, ddx, record->created, fmt::format("ddx {}: {}\n", record->kind, record->summary)});
  pack.publish();
  if (!project.repository.move_reference(name, shorter, commit, ""))
    throw Error(ErrorCode::raced, fmt::format("'{}' changed meanwhile", name), {{Recovery::retry}});
}

void refuse_needed(const Project& project, const std::vector<CatalogEntry>& catalog,
                   const std::vector<const CatalogEntry*>& going) {
  const std::set<std::string> needed = needed_snapshots(project.workspace, project.host);
  for (const CatalogEntry* entry : going) {
    if (needed.contains(entry->info.id))
      throw Error(ErrorCode::operation_open, fmt::format("the open pull needs {}", entry->info.id),
                  {{Recovery::continue_pull}, {Recovery::abort_pull}});
  }
  const bool one_stays = std::any_of(catalog.begin(), catalog.end(), [&](const CatalogEntry& entry) {
    return entry.info.damage.empty() && std::find(going.begin(), going.end(), &entry) == going.end();
  });
  const bool only_damaged = std::all_of(
      going.begin(), going.end(), [](const CatalogEntry* entry) { return !entry->info.damage.empty(); });
  if (!one_stays && !only_damaged)
    throw Error(ErrorCode::usage, "the last snapshot stays", {{Recovery::list_snapshots}});
}

}  // namespace

SnapshotsRemoved delete_snapshots(const Workspace& workspace, const std::vector<std::string>& ids,
                                  Host& host) {
  const WriterLock writer = begin_changes(workspace, host);
  Project project = open_for_snapshots(workspace, host);
  const git::Objects objects = project.objects(nullptr);
  const std::vector<CatalogEntry> catalog = everything_named(project, objects);
  std::vector<const CatalogEntry*> going;
  for (const std::string& id : ids) {
    const CatalogEntry* entry = &find_snapshot(catalog, id);
    if (std::find(going.begin(), going.end(), entry) == going.end()) going.push_back(entry);
  }
  refuse_needed(project, catalog, going);
  SnapshotsRemoved report;
  report.kept = catalog.size() - going.size();
  for (const CatalogEntry* entry : going) {
    forget(project, objects, entry->id);
    project.repository.remove_reference(snapshot_ref(workspace, entry->id));
    report.removed.push_back(entry->info);
    audit_change(project, "snapshot", fmt::format("{} deleted", entry->info.id));
  }
  return report;
}

namespace {

SnapshotsRemoved prune_locked(const Workspace& workspace, DryRun dry_run, Host& host) {
  Project project = open_for_snapshots(workspace, host);
  const git::Objects objects = project.objects(nullptr);
  const std::vector<CatalogEntry> catalog = read_catalog(workspace, project.repository, objects);
  for (const CatalogEntry& entry : catalog) {
    if (!entry.info.damage.empty())
      throw Error(ErrorCode::snapshot_damaged,
                  fmt::format("nobody knows what may go while {} cannot be read: {}", entry.info.id,
                              entry.info.damage),
                  {{Recovery::drop_snapshot, entry.info.id}});
  }
  const std::vector<std::string> expired = snapshots_to_expire(project, catalog);
  SnapshotsRemoved report;
  report.dry_run = dry_run == DryRun::yes;
  report.kept = catalog.size() - expired.size();
  for (const CatalogEntry& entry : catalog) {
    if (std::find(expired.begin(), expired.end(), entry.info.id) != expired.end())
      report.removed.push_back(entry.info);
  }
  if (dry_run == DryRun::no && !expired.empty()) {
    remove_expired(project, expired);
    audit_change(project, "snapshot", fmt::format("{} pruned", fmt::join(expired, ", ")));
  }
  return report;
}

}  // namespace

SnapshotsRemoved prune_snapshots(const Workspace& workspace, DryRun dry_run, Host& host) {
  if (dry_run == DryRun::yes) {
    report_pending(workspace, host);
    return prune_locked(workspace, dry_run, host);
  }
  const WriterLock writer = begin_changes(workspace, host);
  return prune_locked(workspace, dry_run, host);
}

}  // namespace ddx
