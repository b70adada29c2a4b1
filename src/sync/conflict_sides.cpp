#include "sync/conflict_sides.hpp"

#include <algorithm>
#include <set>

#include "ddx/error.hpp"
#include "merge/markers.hpp"

namespace ddx {

namespace {

/// The original lines of a hunk that shows none. One in the style `merge` may be several of the style that
/// shows them, with the lines between; or a part of one, and then nobody can tell which of its original lines
/// are its.
std::optional<std::string> base_of(const MarkedHunk& hunk, const MarkedText& anew) {
  for (std::size_t first = 0; first < anew.hunks.size(); ++first) {
    MarkedHunk joined = anew.hunks[first];
    for (std::size_t next = first + 1; joined.base; ++next) {
      if (joined.ours == hunk.ours && joined.theirs == hunk.theirs) return joined.base;
      if (next == anew.hunks.size() || joined.ours.size() > hunk.ours.size()) break;
      const std::string& between = anew.texts[next];
      const MarkedHunk& last = anew.hunks[next];
      joined.ours += between + last.ours;
      joined.theirs += between + last.theirs;
      joined.base = last.base ? std::optional(*joined.base + between + *last.base) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

bool ConflictSides::is_marked(const OpenConflict& conflict) {
  const auto file = conflict.marked ? now(conflict) : std::nullopt;
  return file && has_markers(file->bytes, conflict.marker_size, open_.labels);
}

std::optional<MarkedText> ConflictSides::marked_now(const OpenConflict& conflict) {
  const auto file = now(conflict);
  return file ? parse_markers(file->bytes, conflict.marker_size, open_.labels) : std::nullopt;
}

std::optional<MarkedText> ConflictSides::text_now(const OpenConflict& conflict) {
  auto text = marked_now(conflict);
  if (!text) return std::nullopt;
  std::optional<MarkedText> anew;
  for (MarkedHunk& hunk : text->hunks) {
    if (hunk.base) continue;
    if (!anew) anew = text_anew(conflict);
    if (!anew) break;
    hunk.base = base_of(hunk, *anew);
  }
  return text;
}

std::optional<MarkedText> ConflictSides::text_anew(const OpenConflict& conflict) {
  const auto before = base(conflict), ours = mine(conflict), other = theirs(conflict);
  if (!conflict.marked || !ours || !other) return std::nullopt;
  const RelPath& path = conflict.conflict.path;
  const TextMerge merge =
      merge_text(before ? in_git(path, before->bytes) : std::string(), in_git(path, ours->bytes),
                 in_git(path, other->bytes), {ConflictStyle::zdiff3, Side::markers, open_.labels});
  auto text = parse_markers(on_disk(path, merge.bytes, Mode::file).bytes, merge.marker_size, open_.labels);
  if (!text) return std::nullopt;
  const auto style = parse_conflict_style(project_.repository.setting("merge.conflictStyle").value_or(""));
  for (MarkedHunk& hunk : text->hunks) {
    if (!before && conflict.conflict.base) hunk.base.reset();
    hunk.marked = marked_lines(hunk, conflict.marker_size, open_.labels, style);
  }
  return text;
}

std::optional<ConflictSide> ConflictSides::base(const OpenConflict& conflict) const {
  const auto& version = conflict.conflict.base;
  if (!version || !objects_.contains(version->blob)) return std::nullopt;
  return stored(conflict.conflict.path, version);
}

std::optional<ConflictSide> ConflictSides::theirs(const OpenConflict& conflict) const {
  return stored(conflict.conflict.path, conflict.conflict.theirs);
}

/// What was at the path before the pull. Where the pull left it alone, what it was by the time it was
/// decided, or is now; perhaps at another name.
std::optional<ConflictSide> ConflictSides::mine(const OpenConflict& conflict) {
  const bool at_old_name = conflict.old_path && conflict.conflict.here;
  if (!conflict.marked && !conflict.decision)
    return at_old_name ? file_at(*conflict.old_path) : now(conflict);
  const bool left_alone = !conflict.marked && !conflict.decision->since.empty();
  const auto& files = before(left_alone ? conflict.decision->since : open_.operation).tree.files;
  auto found = files.find(full(at_old_name ? *conflict.old_path : conflict.conflict.path));
  if (found == files.end() && conflict.conflict.kind == ConflictKind::rename_rename)
    found = files.find(full(*conflict.conflict.their_path));
  if (found == files.end()) return std::nullopt;
  return ConflictSide{found->second.mode, objects_.blob(found->second.bytes)};
}

RelPath ConflictSides::place(const OpenConflict& conflict) {
  const RelPath& path = conflict.conflict.path;
  if (conflict.conflict.kind != ConflictKind::rename_rename || file_at(path)) return path;
  const RelPath& other = *conflict.conflict.their_path;
  return file_at(other) ? other : path;
}

std::optional<ConflictSide> ConflictSides::now(const OpenConflict& conflict) {
  return file_at(place(conflict));
}

std::optional<ConflictSide> ConflictSides::file_at(const RelPath& path) {
  const Here here = project_.folder.look(full(path));
  if (here.occupant != Occupant::file) return std::nullopt;
  return ConflictSide{here.file.mode, project_.folder.bytes(full(path))};
}

std::optional<ConflictSide> ConflictSides::stored(const RelPath& path,
                                                  const std::optional<Version>& version) const {
  if (!version) return std::nullopt;
  return on_disk(path, objects_.blob(version->blob), version->mode);
}

std::string ConflictSides::in_git(const RelPath& path, std::string bytes) const {
  auto converted = project_.repository.to_git(project_.workspace.prefix + full(path).str(), bytes);
  return converted ? std::move(*converted) : std::move(bytes);
}

ConflictSide ConflictSides::on_disk(const RelPath& path, std::string bytes, Mode mode) const {
  if (form_.converts(full(path), mode)) bytes = form_.convert(full(path), std::move(bytes));
  return {form_.mode(mode), std::move(bytes)};
}

WantedFiles ConflictSides::while_open(const OpenConflict& conflict) {
  if (!conflict.decision && is_marked(conflict)) return {};  // it is open
  const RelPath path = full(conflict.conflict.path);
  std::set<RelPath> names{path};
  if (conflict.old_path) names.insert(full(*conflict.old_path));
  if (conflict.conflict.their_path) names.insert(full(*conflict.conflict.their_path));
  if (!records_) records_ = read_records(project_.workspace, project_.repository, objects_);
  const std::string since = conflict.decision ? conflict.decision->since : "";
  WantedFiles left, before;
  for (const OperationRecord& record : records_->whole) {
    const bool decides = !since.empty() && record.continues == open_.operation && record.id >= since;
    for (const RecordedEffect& effect : record.effects) {
      if (effect.place != Place::project || !names.contains(effect.path)) continue;
      if (decides) before.emplace(effect.path, effect.before);
      if (record.id == open_.operation) left[effect.path] = effect.after;
    }
  }
  if (since.empty()) return left;
  if (conflict.marked && !before.contains(path)) before[path] = left.at(path);  // the text had no markers
  return before;
}

const StoredSnapshot& ConflictSides::before(const std::string& operation) {
  const auto known = snapshots_.find(operation);
  if (known != snapshots_.end()) return known->second;
  const auto snapshot = project_.repository.reference(snapshot_ref(project_.workspace, operation));
  if (!snapshot)
    throw Error(ErrorCode::snapshot_damaged, "the snapshot of the open pull is gone",
                {{Recovery::resolve_conflicts}});
  return snapshots_.emplace(operation, read_snapshot(objects_, *snapshot)).first->second;
}

}  // namespace ddx
