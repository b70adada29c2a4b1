#include "snapshot/catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "snapshot/store.hpp"

namespace ddx {

namespace {

CatalogEntry damaged_entry(const std::string& id, std::string why) {
  CatalogEntry entry{id, std::nullopt, {}};
  entry.info.id = snapshot_name(id);
  entry.info.created = ulid_time(id).value_or(std::chrono::sys_seconds{});
  entry.info.damage = std::move(why);
  return entry;
}

CatalogEntry read_entry(const git::Objects& objects, const std::string& id, const Oid& commit) {
  try {
    const SnapshotMetadata metadata = read_metadata(objects, commit);
    if (metadata.id != id)
      throw Error(ErrorCode::snapshot_damaged, "it is in truth " + snapshot_name(metadata.id));
    return {id,
            commit,
            {snapshot_name(id), metadata.created, metadata.reason, metadata.note, metadata.name,
             metadata.files, metadata.unique_bytes, ""}};
  } catch (const Error& error) {
    CatalogEntry entry = damaged_entry(id, error.what());
    entry.commit = commit;
    return entry;
  }
}

}  // namespace

std::vector<CatalogEntry> read_catalog(const Workspace& workspace, const git::ProjectRepository& repository,
                                       const git::Objects& objects) {
  const std::string prefix = snapshot_ref(workspace, "");
  std::vector<CatalogEntry> catalog;
  for (const auto& [name, commit] : repository.references(prefix))
    catalog.push_back(read_entry(objects, name.substr(prefix.size()), commit));
  for (const std::string& name : repository.unreadable_references(prefix))
    catalog.push_back(damaged_entry(name.substr(prefix.size()), fmt::format("'{}' cannot be read", name)));
  std::sort(catalog.begin(), catalog.end(),
            [](const CatalogEntry& a, const CatalogEntry& b) { return a.id < b.id; });
  return catalog;
}

std::vector<const CatalogEntry*> matching_snapshots(const std::vector<CatalogEntry>& catalog,
                                                    const std::string& text) {
  std::vector<const CatalogEntry*> found;
  if (text.empty()) return found;
  for (const CatalogEntry& entry : catalog) {
    if (entry.info.id == text || entry.id == text || entry.info.name == text) return {&entry};
    if ((text.size() > snapshot_name("").size() && entry.info.id.starts_with(text)) ||
        entry.id.starts_with(text))
      found.push_back(&entry);
  }
  return found;
}

const CatalogEntry& find_snapshot(const std::vector<CatalogEntry>& catalog, const std::string& text) {
  const auto found = matching_snapshots(catalog, text);
  if (found.empty())
    throw Error(ErrorCode::no_such_target, fmt::format("no snapshot is called '{}'", text),
                {{Recovery::list_snapshots}});
  if (found.size() == 1) return *found.front();
  std::vector<std::string> names;
  for (const CatalogEntry* entry : found) names.push_back(entry->info.id);
  throw Error(ErrorCode::no_such_target, fmt::format("'{}' may mean {}", text, fmt::join(names, ", ")),
              {{Recovery::list_snapshots}});
}

}  // namespace ddx
