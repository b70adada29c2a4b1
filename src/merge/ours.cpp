#include "merge/ours.hpp"

namespace ddx {

Ours::State WorkTreeSide::at(const RelPath& path, const std::optional<Version>& base) {
  const RelPath full = tree_.join(path);
  const Here here = folder_.look(full);
  State state;
  state.occupant = here.occupant;
  if (here.occupant != Occupant::file) return state;
  state.disk = here.file;
  state.version = Version{here.file.bytes, here.file.mode};
  const bool is_base = base && base->blob == here.file.bytes;
  if (line_ends_ == LineEnds::raw || is_base || here.file.mode == Mode::link) return state;
  if (const auto converted = repository_.to_git(prefix_ + full.str(), folder_.bytes(full)))
    state.version->blob = git::hash_blob(*converted);
  return state;
}

std::string WorkTreeSide::content(const RelPath& path, const Version& version) {
  const RelPath full = tree_.join(path);
  std::string bytes = folder_.bytes(full);
  if (line_ends_ == LineEnds::raw || version.mode == Mode::link || git::hash_blob(bytes) == version.blob)
    return bytes;
  if (auto converted = repository_.to_git(prefix_ + full.str(), bytes)) return std::move(*converted);
  return bytes;
}

std::vector<RelPath> WorkTreeSide::files_below(const RelPath& folder) {
  std::vector<RelPath> found;
  for (const RelPath& path : folder_.files_below(tree_.join(folder), {}, nullptr))
    found.push_back(*path.relative_to(tree_));
  return found;
}

Ours::State StoredSide::at(const RelPath& path, const std::optional<Version>&) {
  State state;
  if (const auto found = files_.find(path); found != files_.end()) {
    state.occupant = Occupant::file;
    state.version = found->second;
    return state;
  }
  if (!files_below(path).empty()) {
    state.occupant = Occupant::folder;
    return state;
  }
  for (std::string_view parent = path.parent(); !parent.empty();) {
    const RelPath folder = RelPath::parse(parent);
    if (files_.contains(folder)) state.occupant = Occupant::blocked;
    parent = parent.substr(0, folder.parent().size());
  }
  return state;
}

std::string StoredSide::content(const RelPath&, const Version& version) { return objects_.blob(version.blob); }

std::vector<RelPath> StoredSide::files_below(const RelPath& folder) {
  std::vector<RelPath> found;
  const std::string start = folder.str() + "/";
  for (auto entry = files_.lower_bound(folder); entry != files_.end(); ++entry) {
    if (entry->first.str().starts_with(start)) {
      found.push_back(entry->first);
    } else if (entry->first.str() > start && !entry->first.str().starts_with(folder.str())) {
      break;
    }
  }
  return found;
}

}  // namespace ddx
