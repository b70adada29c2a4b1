#include "merge/row.hpp"

#include <algorithm>
#include <map>

namespace ddx {

std::vector<Row> changed_rows(const Lock& lock, const std::vector<git::TreeFile>& theirs) {
  std::vector<Row> rows;
  // An entry may follow a file that has another name upstream; all others meet in one sweep of two sorted
  // lists.
  std::map<RelPath, const git::TreeFile*> renamed_here;
  for (const auto& [path, entry] : lock.files) {
    if (entry.upstream_path) renamed_here.emplace(*entry.upstream_path, nullptr);
  }
  auto file = theirs.begin();
  auto entry = lock.files.begin();
  const auto take_renamed = [&](const git::TreeFile& candidate) {
    const auto found = renamed_here.find(candidate.path);
    if (found == renamed_here.end()) return false;
    found->second = &candidate;
    return true;
  };
  while (file != theirs.end() || entry != lock.files.end()) {
    if (file != theirs.end() && take_renamed(*file)) {
      ++file;
    } else if (entry != lock.files.end() && entry->second.upstream_path) {
      ++entry;
    } else if (entry == lock.files.end() || (file != theirs.end() && file->path < entry->first)) {
      rows.push_back({file->path, std::nullopt, std::nullopt, file->version});
      ++file;
    } else if (file == theirs.end() || entry->first < file->path) {
      rows.push_back({entry->first, std::nullopt, entry->second.base, std::nullopt});
      ++entry;
    } else {
      if (entry->second.base != file->version)
        rows.push_back({entry->first, std::nullopt, entry->second.base, file->version});
      ++entry;
      ++file;
    }
  }
  std::map<RelPath, std::size_t> rows_by_path;
  if (!renamed_here.empty()) {
    for (std::size_t i = 0; i < rows.size(); ++i) rows_by_path.emplace(rows[i].path, i);
  }
  for (const auto& [path, lock_entry] : lock.files) {
    if (!lock_entry.upstream_path) continue;
    const git::TreeFile* found = renamed_here[*lock_entry.upstream_path];
    const auto added = rows_by_path.find(path);
    if (found != nullptr && added != rows_by_path.end() && !lock.files.contains(found->path)) {
      rows[added->second].displaces = found->path;
      rows.push_back({found->path, std::nullopt, std::nullopt, found->version});
      continue;
    }
    const auto version = found != nullptr ? std::optional(found->version) : std::nullopt;
    if (version == lock_entry.base) continue;
    rows.push_back({path, std::nullopt, lock_entry.base, version});
    rows.back().upstream_path = lock_entry.upstream_path;
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.path < b.path; });
  return rows;
}

void mark_twins(std::vector<Row>& rows, const std::vector<git::TreeFile>& theirs, Ours& ours) {
  const auto is_theirs = [&](const RelPath& path) {
    const auto found = std::lower_bound(theirs.begin(), theirs.end(), path,
                                        [](const git::TreeFile& a, const RelPath& b) { return a.path < b; });
    return found != theirs.end() && found->path == path;
  };
  for (Row& row : rows) {
    if (!row.theirs || (row.base && !row.old_path)) continue;
    for (const RelPath& twin : ours.twins(row.path)) {
      if (!is_theirs(twin)) row.twin = twin;
    }
  }
}

}  // namespace ddx
