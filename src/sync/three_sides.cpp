#include "sync/three_sides.hpp"

namespace ddx {

namespace {

/// The paths here of files that were renamed here, by upstream's names of them.
std::map<RelPath, RelPath> names_here(const Project& project) {
  std::map<RelPath, RelPath> names;
  if (!project.lock) return names;
  for (const auto& [path, entry] : project.lock->files) {
    if (entry.upstream_path) names.emplace(*entry.upstream_path, path);
  }
  return names;
}

}  // namespace

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
    const std::map<RelPath, RelPath> renamed = names_here(project);
    for (const git::TreeFile& file : *theirs) {
      const auto here_as = renamed.find(file.path);
      table[here_as != renamed.end() ? here_as->second : file.path].theirs = file.version;
    }
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
