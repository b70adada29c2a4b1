#include "sync/three_sides.hpp"

namespace ddx {

std::map<RelPath, Sides> three_sides(Project& project, WorkTreeSide& here,
                                     const std::optional<std::vector<git::TreeFile>>& theirs) {
  std::map<RelPath, Sides> table;
  if (project.lock) {
    for (const auto& [path, entry] : project.lock->files) {
      Sides& sides = table.emplace_hint(table.end(), path, Sides{})->second;
      sides.base = entry.base;
      if (!theirs) sides.theirs = entry.base;
    }
  }
  if (theirs) {
    for (const git::TreeFile& file : *theirs) table[file.path].theirs = file.version;
  }
  const std::string& prefix = project.workspace.prefix;
  for (const RelPath& full : project.folder.files_below(project.tree, {}, nullptr)) {
    const RelPath path = *full.relative_to(project.tree);
    if (!table.contains(path) && !project.repository.ignores(prefix + full.str())) table[path];
  }
  for (auto& [path, sides] : table) sides.here = here.at(path, sides.base).version;
  return table;
}

}  // namespace ddx
