#include "merge/ours.hpp"

namespace ddx {

Ours::State WorkTreeSide::at(const RelPath& path, const std::optional<Version>& base) {
  const RelPath full = tree_.join(path);
  const Here here = folder_.look(full);
  State state;
  state.occupant = here.occupant;
  if (here.occupant != Occupant::file) return state;
  state.disk = here.file;
  state.version = Version{here.file.bytes, mode_of(here.file, base)};
  const bool is_base = base && base->blob == here.file.bytes;
  if (line_ends_ == LineEnds::raw || is_base || state.version->mode == Mode::link) return state;
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

Mode WorkTreeSide::mode_of(const OnDisk& file, const std::optional<Version>& base) const {
  if (!has_links_ && base && base->mode == Mode::link) return Mode::link;
  if (modes_count_ || file.mode == Mode::link) return file.mode;
  return base && base->mode != Mode::link ? base->mode : Mode::file;
}

bool WorkTreeSide::empties(const RelPath& folder, const std::set<RelPath>& going) {
  std::set<RelPath> unaccounted{tree_.join(folder)};
  std::vector<std::string> skipped;
  const auto note = [&](const RelPath& inner) { return unaccounted.insert(inner), true; };
  const std::vector<RelPath> files = folder_.files_below(tree_.join(folder), note, &skipped);
  for (const RelPath& path : files) {
    if (!going.contains(*path.relative_to(tree_))) return false;
    for (std::string_view parent = path.parent(); !parent.empty();) {
      const RelPath inner = RelPath::parse(parent);
      unaccounted.erase(inner);
      parent = parent.substr(0, inner.parent().size());
    }
  }
  return unaccounted.empty() && skipped.empty();
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

std::string StoredSide::content(const RelPath&, const Version& version) {
  return objects_.blob(version.blob);
}

bool StoredSide::empties(const RelPath& folder, const std::set<RelPath>& going) {
  const std::vector<RelPath> inside = files_below(folder);
  return std::all_of(inside.begin(), inside.end(), [&](const RelPath& path) { return going.contains(path); });
}

std::vector<RelPath> StoredSide::files_below(const RelPath& folder) const {
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
