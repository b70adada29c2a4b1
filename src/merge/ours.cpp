#include "merge/ours.hpp"

#include "base/unicode.hpp"

namespace ddx {

namespace {

std::string without_case(std::string_view name) {
  std::string folded;
  while (!name.empty()) {
    const CodePoint point = decode_utf8(name);
    append_utf8(folded, fold(point.value));  // paths are valid UTF-8
    name.remove_prefix(point.bytes);
  }
  return folded;
}

}  // namespace

void NamesByFold::add(std::string_view folder, const std::vector<RelPath>& files) {
  auto& names = names_[std::string(folder)];
  for (const RelPath& file : files) names.emplace(without_case(file.name()), file);
}

std::vector<RelPath> NamesByFold::twins(const RelPath& path) const {
  std::vector<RelPath> found;
  const auto folder = names_.find(path.parent());
  if (folder == names_.end()) return found;
  const auto [first, last] = folder->second.equal_range(without_case(path.name()));
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second != path) found.push_back(entry->second);
  }
  return found;
}

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

std::vector<RelPath> WorkTreeSide::added(const InBase& in_base) {
  std::vector<RelPath> found;
  for (const RelPath& full : folder_.files_below(tree_, {}, nullptr)) {
    const RelPath path = *full.relative_to(tree_);
    if (!in_base(path) && !repository_.ignores(prefix_ + full.str())) found.push_back(path);
  }
  return found;
}

std::vector<RelPath> WorkTreeSide::twins(const RelPath& path) {
  if (!names_.knows(path.parent())) {
    const RelPath folder = path.parent().empty() ? tree_ : tree_.join(RelPath::parse(path.parent()));
    std::vector<RelPath> files;
    for (const RelPath& full : folder_.files_below(
             folder, [](const RelPath&) { return false; }, nullptr))
      files.push_back(*full.relative_to(tree_));
    names_.add(path.parent(), files);
  }
  return names_.twins(path);
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

std::vector<RelPath> StoredSide::twins(const RelPath& path) {
  if (!names_.knows(path.parent())) {
    std::vector<RelPath> files;
    const std::string start = path.parent().empty() ? std::string() : std::string(path.parent()) + "/";
    const auto first = start.empty() ? files_.begin() : files_.lower_bound(RelPath::parse(path.parent()));
    for (auto entry = first; entry != files_.end(); ++entry) {
      if (entry->first.parent() == path.parent()) files.push_back(entry->first);
      if (entry->first.str() > start && !entry->first.str().starts_with(start)) break;
    }
    names_.add(path.parent(), files);
  }
  return names_.twins(path);
}

std::vector<RelPath> StoredSide::added(const InBase& in_base) {
  std::vector<RelPath> found;
  for (const auto& [path, version] : files_) {
    if (!in_base(path)) found.push_back(path);
  }
  return found;
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
