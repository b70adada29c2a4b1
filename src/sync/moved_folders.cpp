#include "sync/moved_folders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ddx {

namespace {

using Moves = std::map<std::string, std::map<std::string, int>>;  ///< old folder → new folder → files

bool has_any_below(const std::vector<git::TreeFile>& files, const std::string& folder) {
  const std::string start = folder + "/";
  const auto found = std::lower_bound(
      files.begin(), files.end(), start,
      [](const git::TreeFile& file, const std::string& text) { return file.path.str() < text; });
  return found != files.end() && found->path.str().starts_with(start);
}

Moves moved_folders(const std::vector<Row>& rows, const std::vector<git::TreeFile>& theirs) {
  Moves moves;
  for (const Row& row : rows) {
    if (!row.old_path || row.old_path->parent().empty() || row.old_path->parent() == row.path.parent())
      continue;
    ++moves[std::string(row.old_path->parent())][std::string(row.path.parent())];
  }
  std::erase_if(moves, [&](const auto& move) { return has_any_below(theirs, move.first); });
  return moves;
}

/// The innermost of the folders that the path is in.
const std::string* folder_of(const Moves& moves, const RelPath& path) {
  for (std::string_view parent = path.parent(); !parent.empty();) {
    if (const auto found = moves.find(std::string(parent)); found != moves.end()) return &found->first;
    parent = parent.substr(0, RelPath::parse(parent).parent().size());
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> moved_folder_warnings(const std::vector<Row>& rows, const Lock& lock,
                                               const std::vector<git::TreeFile>& theirs, Ours& ours) {
  const Moves moves = moved_folders(rows, theirs);
  if (moves.empty()) return {};
  std::map<std::string, int> left;
  for (const RelPath& path : ours.added([&](const RelPath& known) { return lock.files.contains(known); })) {
    if (const std::string* folder = folder_of(moves, path)) ++left[*folder];
  }
  std::vector<std::string> warnings;
  for (const auto& [folder, count] : left) {
    const auto& places = moves.at(folder);
    const auto most = std::max_element(places.begin(), places.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    warnings.push_back(fmt::format("upstream renamed the folder '{}' to '{}'; {} only here stay{} in '{}'",
                                   folder, most->first.empty() ? "." : most->first,
                                   count == 1 ? "1 file that is" : fmt::format("{} files that are", count),
                                   count == 1 ? "s" : "", folder));
  }
  return warnings;
}

}  // namespace ddx
