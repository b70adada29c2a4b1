#include "sync/three_sides.hpp"

namespace ddx {

namespace {

/// The paths here of files that were renamed here, by upstream's names of them.
std::map<RelPath, RelPath> names_here(const Lock& lock) {
  std::map<RelPath, RelPath> names;
  for (const auto& [path, entry] : lock.files) {
    if (entry.upstream_path) names.emplace(*entry.upstream_path, path);
  }
  return names;
}

}  // namespace

std::map<RelPath, Sides> three_sides(const Lock& lock, Ours& here,
                                     const std::optional<std::vector<git::TreeFile>>& theirs) {
  std::map<RelPath, Sides> table;
  for (const auto& [path, entry] : lock.files) {
    Sides& sides = table.emplace_hint(table.end(), path, Sides{})->second;
    sides.base = entry.base;
    if (!theirs) sides.theirs = entry.base;
  }
  if (theirs) {
    const std::map<RelPath, RelPath> renamed = names_here(lock);
    for (const git::TreeFile& file : *theirs) {
      const auto here_as = renamed.find(file.path);
      table[here_as != renamed.end() ? here_as->second : file.path].theirs = file.version;
    }
  }
  for (const RelPath& path : here.added([&](const RelPath& known) { return table.contains(known); }))
    table[path];
  for (auto& [path, sides] : table) sides.here = here.at(path, sides.base).version;
  return table;
}

}  // namespace ddx
