#include "sync/expire_snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "ddx/error.hpp"
#include "snapshot/retention.hpp"
#include "snapshot/store.hpp"
#include "sync/open_pull.hpp"
#include "transaction/recover.hpp"

namespace ddx {

namespace {

/// An operation never spends long on its forerunners.
constexpr std::size_t most_at_once = 20;

void remove_ref(Project& project, const std::string& name) { project.repository.remove_reference(name); }

}  // namespace

std::set<std::string> needed_snapshots(const Workspace& workspace, Host& host) {
  std::set<std::string> needed;
  if (const auto open = read_open_pull(workspace, host)) {
    needed.insert(snapshot_name(open->operation));
    for (const OpenConflict& conflict : open->conflicts) {
      if (conflict.decision && !conflict.decision->since.empty())
        needed.insert(snapshot_name(conflict.decision->since));
    }
  }
  for (const std::string& id : pending_operations(workspace, host)) needed.insert(snapshot_name(id));
  return needed;
}

std::vector<std::string> snapshots_to_expire(const Project& project,
                                             const std::vector<CatalogEntry>& catalog) {
  std::vector<SnapshotInfo> snapshots;
  for (const CatalogEntry& entry : catalog) {
    if (!entry.info.damage.empty()) return {};
    snapshots.push_back(entry.info);
  }
  return expired_snapshots(snapshots, project.config.backup, project.host.now(),
                           needed_snapshots(project.workspace, project.host));
}

void remove_expired(Project& project, const std::vector<std::string>& ids) {
  if (ids.empty()) return;
  const std::size_t stem = snapshot_name("").size();
  const std::string prefix = operation_ref(project.workspace, "");
  for (const auto& [name, commit] : project.repository.references(prefix)) {
    if (name.substr(prefix.size()) <= ids.back().substr(stem)) remove_ref(project, name);
  }
  for (const std::string& id : ids) remove_ref(project, snapshot_ref(project.workspace, id.substr(stem)));
}

void expire_snapshots(Project& project) {
  try {
    const git::Objects objects = project.objects(nullptr);
    std::vector<std::string> ids =
        snapshots_to_expire(project, read_catalog(project.workspace, project.repository, objects));
    if (ids.size() > most_at_once) ids.resize(most_at_once);
    remove_expired(project, ids);
  } catch (const std::system_error& failure) {
    project.host.events.trace(fmt::format("old snapshots stay until the next time: {}", failure.what()));
  } catch (const Error& failure) {
    project.host.events.trace(fmt::format("old snapshots stay: {}", failure.what()));
  }
}

}  // namespace ddx
