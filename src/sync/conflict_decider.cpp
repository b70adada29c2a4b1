#include "sync/conflict_decider.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "git/attributes.hpp"
#include "merge/markers.hpp"
#include "sync/restore.hpp"
#include "sync/submodules.hpp"

namespace ddx {

namespace {

std::optional<OnDisk> file_of(const std::optional<ConflictSide>& side) {
  if (!side) return std::nullopt;
  return OnDisk{git::hash_blob(side->bytes), side->mode};
}

Side side_of(Resolution resolution) {
  switch (resolution) {
    case Resolution::mine:
      return Side::mine;
    case Resolution::theirs:
      return Side::theirs;
    case Resolution::union_of_both:
      return Side::union_of_both;
    case Resolution::base:
    case Resolution::edited:
    case Resolution::remembered:
    case Resolution::open_again:
      break;
  }
  return Side::markers;
}

/// The lines that a hunk takes; none where they are not known.
std::optional<std::string> lines_of(const MarkedHunk& hunk, Resolution resolution) {
  switch (resolution) {
    case Resolution::mine:
      return hunk.ours;
    case Resolution::theirs:
      return hunk.theirs;
    case Resolution::base:
      return hunk.base;
    case Resolution::union_of_both:
      return hunk.ours + hunk.theirs;
    case Resolution::edited:
    case Resolution::remembered:
    case Resolution::open_again:
      break;
  }
  return std::nullopt;
}

bool every_hunk_knows(const MarkedText& text, Resolution resolution) {
  return std::all_of(text.hunks.begin(), text.hunks.end(),
                     [&](const MarkedHunk& hunk) { return lines_of(hunk, resolution).has_value(); });
}

std::string with_side(const MarkedText& text, Resolution resolution) {
  return composed(text, [&](std::size_t hunk) { return lines_of(text.hunks[hunk], resolution).value(); });
}

void refuse(Decided& decided, std::string why) {
  decided.decided = false;
  decided.words = std::move(why);
}

std::string in_the_way(const RelPath& path) {
  return fmt::format("'{}' cannot come while something else is in its place, which has to be moved away",
                     path.str());
}

constexpr const char* by_hand = "by hand";

}  // namespace

bool ConflictDecider::is_marked(const OpenConflict& conflict) {
  const auto file = conflict.marked ? now(conflict) : std::nullopt;
  return file && has_markers(file->bytes, conflict.marker_size, open_.labels);
}

Decided ConflictDecider::as_it_stands(const OpenConflict& conflict) {
  const std::string name = conflict.conflict.path.str();
  Decided decided;
  decided.now = file_of(now(conflict));
  if (is_marked(conflict)) return decided;
  const bool changed = conflict.marked || decided.now != conflict.left;
  if (!conflict.decision && !changed) return decided;
  decided.decided = true;
  decided.how = conflict.decision ? conflict.decision->how : by_hand;
  decided.words = conflict.decision ? conflict.decision->words : fmt::format("resolved '{}' by hand", name);
  if (conflict.decision && conflict.decision->left != decided.now) decided.words += ", edited since";
  decided.by_their_name = conflict.conflict.kind == ConflictKind::rename_rename && !decided.now;
  return decided;
}

Decided ConflictDecider::settle(const OpenConflict& conflict, Resolution resolution) {
  const std::string name = conflict.conflict.path.str();
  Decided decided;
  decided.decided = true;
  decided.now = file_of(now(conflict));
  decided.how = to_string(resolution);
  if (resolution == Resolution::open_again) {
    open_again(conflict, decided);
  } else if (resolution == Resolution::edited) {
    decided.words = fmt::format("kept '{}' as it stands (--edited)", name);
    if (is_marked(conflict)) refuse(decided, fmt::format("'{}' still holds conflict markers", name));
  } else if (conflict.marked) {
    settle_marked(conflict, resolution, decided);
  } else {
    settle_whole(conflict, resolution, decided);
  }
  return decided;
}

Decided ConflictDecider::with(const OpenConflict& conflict, const GivenContent& content) {
  const std::string name = conflict.conflict.path.str();
  const auto present = now(conflict);
  if (file_of(present) != file_of(content.seen))
    throw Error(ErrorCode::raced, fmt::format("'{}' changed while it was being resolved", name),
                {{Recovery::retry}});
  Decided decided;
  decided.now = file_of(present);
  decided.how = content.how;
  decided.words = content.words;
  decided.decided = !conflict.marked || !has_markers(content.bytes, conflict.marker_size, open_.labels);
  if (!decided.decided) decided.words = fmt::format("'{}' still holds conflict markers", name);
  Mode mode = Mode::file;
  for (const auto& side : {theirs(conflict), mine(conflict), present}) {
    if (side && side->mode != Mode::link) mode = side->mode;
  }
  reach(conflict, ConflictSide{mode, content.bytes}, decided);
  return decided;
}

void ConflictDecider::settle_marked(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  if (is_marked(conflict) && decided.now != conflict.left) {
    settle_rest(conflict, resolution, decided);
  } else {
    merge_again(conflict, resolution, decided);
  }
}

/// The same merge once more, with a side for the conflicting hunks.
FileMerge ConflictDecider::merge_with(const OpenConflict& conflict, Resolution resolution) {
  const RelPath& path = conflict.conflict.path;
  const std::string ours = in_git(path, mine(conflict).value().bytes);
  const Version here{git::hash_blob(ours), conflict.conflict.here->mode};
  MergeInputs inputs{conflict.conflict.base, here, *conflict.conflict.theirs, {}, {}, {}};
  inputs.base_bytes = [&] {  // the pull merged without a base where nobody has it any more
    const Oid& base = conflict.conflict.base->blob;
    return objects_.contains(base) ? objects_.blob(base) : std::string();
  };
  inputs.our_bytes = [&] { return ours; };
  inputs.their_bytes = [&] { return objects_.blob(conflict.conflict.theirs->blob); };
  const Policy policy({{"", side_of(resolution)}}, {}, Side::markers);
  MergeSettings settings{policy, false, ConflictStyle::merge, open_.labels};
  settings.attributes = [&](const RelPath& file) {
    return git::attributes_of(project_.repository, project_.workspace.prefix + full(file).str());
  };
  FileMerge merge = merge_file(path, inputs, settings);
  if (merge.outcome == FileMerge::Outcome::ours) {
    merge.bytes = inputs.our_bytes();
    merge.mode = inputs.ours.mode;
  } else if (merge.outcome == FileMerge::Outcome::theirs) {
    merge.bytes = inputs.their_bytes();
    merge.mode = inputs.theirs.mode;
  }
  return merge;
}

void ConflictDecider::merge_again(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  const RelPath& path = conflict.conflict.path;
  const FileMerge merge = merge_with(conflict, resolution);
  decided.words = merge.decision.empty() ? fmt::format("merged '{}'", path.str()) : merge.decision;
  std::string bytes = merge.bytes;
  if (resolution == Resolution::base) {
    const auto text = text_anew(conflict);
    if (!text || !every_hunk_knows(*text, resolution))
      return refuse(decided, fmt::format("the original lines of '{}' are not known any more", path.str()));
    bytes = in_git(path, with_side(*text, resolution));
    decided.words = fmt::format("took the original lines in {} conflicting hunk{} of '{}' (--base)",
                                text->hunks.size(), text->hunks.size() == 1 ? "" : "s", path.str());
  }
  reach(conflict, on_disk(path, std::move(bytes), merge.mode), decided);
}

/// Some of it was resolved by hand: that stays, what is still marked takes the side.
void ConflictDecider::settle_rest(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  const std::string name = conflict.conflict.path.str();
  const auto text = text_now(conflict);
  if (!text) return refuse(decided, fmt::format("the markers in '{}' cannot be told apart", name));
  if (!every_hunk_knows(*text, resolution))
    return refuse(decided, fmt::format("the original lines of '{}' cannot be told from its markers", name));
  decided.words = fmt::format("resolved '{}' by hand, with --{} for {} of its hunks", name,
                              to_string(resolution), text->hunks.size());
  reach(conflict, ConflictSide{decided.now->mode, with_side(*text, resolution)}, decided);
}

void ConflictDecider::settle_whole(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  const std::string name = conflict.conflict.path.str();
  if (conflict.conflict.kind == ConflictKind::rename_rename) return take_name(conflict, resolution, decided);
  if (resolution == Resolution::union_of_both)
    return refuse(decided, fmt::format("'{}' has no lines to take from both sides", name));
  if (resolution == Resolution::mine) {
    decided.words = fmt::format("kept yours of '{}' (--mine)", name);
    return reach(conflict, mine(conflict), decided);
  }
  const bool wants_base = resolution == Resolution::base;
  const auto target = wants_base ? base(conflict) : theirs(conflict);
  if (wants_base && !target)
    return refuse(decided, conflict.conflict.base
                               ? fmt::format("the original version of '{}' is not known any more", name)
                               : fmt::format("'{}' has no original version", name));
  decided.words = wants_base ? fmt::format("took the original version of '{}' (--base)", name)
                             : fmt::format("took upstream's '{}' (--theirs)", name);
  const bool somebody_elses = conflict.conflict.kind == ConflictKind::type && !conflict.conflict.here;
  const bool in_repository =
      conflict.conflict.kind == ConflictKind::submodule && is_in_repository(project_, conflict.conflict.path);
  if (target && (in_repository || (somebody_elses && decided.now && !conflict.decision)))
    return refuse(decided, in_the_way(conflict.conflict.path));
  reach(conflict, target, decided);
}

/// Both sides renamed it: the side says which name it gets, and decides hunks only where both changed them.
void ConflictDecider::take_name(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  const RelPath &yours = conflict.conflict.path, &upstreams = *conflict.conflict.their_path;
  decided.by_their_name = resolution == Resolution::theirs;
  if (!decided.by_their_name && resolution != Resolution::mine)
    return refuse(decided, fmt::format("'{}' has two new names, of which one has to be taken", yours.str()));
  const bool has_upstreams = conflict.decision && !decided.now;
  const bool is_free = project_.folder.look(full(upstreams)).occupant == Occupant::nothing;
  if (decided.by_their_name && !has_upstreams && !is_free) return refuse(decided, in_the_way(upstreams));
  if (!mine(conflict)) return refuse(decided, fmt::format("'{}' is not there any more", yours.str()));
  const FileMerge merge = merge_with(conflict, resolution);
  const RelPath& name = decided.by_their_name ? upstreams : yours;
  const auto target = on_disk(name, merge.bytes, merge.mode);
  const auto was = file_of(file_at(has_upstreams ? upstreams : yours));
  decided.words =
      fmt::format("{} name '{}'", decided.by_their_name ? "took upstream's" : "kept your", name.str());
  if (!merge.decision.empty()) decided.words += ", " + merge.decision;
  decided.change = Change{name, std::nullopt, ChangeKind::modified, ChangeClass::merged};
  if (has_upstreams != decided.by_their_name) {
    decided.change->old_path = has_upstreams ? upstreams : yours;
    decided.effects.push_back(
        {{Place::project, full(*decided.change->old_path), was, std::nullopt, std::nullopt}, {}});
    Effect effect{{Place::project, full(name), std::nullopt, file_of(target), std::nullopt}, {}};
    effect.content = [bytes = target.bytes] { return bytes; };
    if (target.mode != Mode::link)
      effect.recorded.after->permissions =
          permissions_of(before_the_pull().metadata, full(yours), target.mode);
    decided.effects.push_back(std::move(effect));
  } else if (was != file_of(target)) {
    Effect effect{{Place::project, full(name), was, file_of(target), std::nullopt}, {}};
    effect.content = [bytes = target.bytes] { return bytes; };
    decided.effects.push_back(std::move(effect));
  }
}

void ConflictDecider::open_again(const OpenConflict& conflict, Decided& decided) {
  if (!record_) record_ = read_record(project_.workspace, project_.repository, objects_, open_.operation);
  WantedFiles wanted;
  for (const RecordedEffect& effect : record_->effects) {
    const bool own = effect.path == full(conflict.conflict.path) ||
                     (conflict.old_path && effect.path == full(*conflict.old_path)) ||
                     (conflict.conflict.their_path && effect.path == full(*conflict.conflict.their_path));
    if (own && effect.place == Place::project) wanted[effect.path] = effect.after;
  }
  decided.effects = effects_to_reach(project_, objects_, wanted);
  refuse(decided, fmt::format("'{}' is open again", conflict.conflict.path.str()));
}

/// Where upstream renamed a file and no markers could be written, ours waits at the old name: it goes with
/// the decision.
void ConflictDecider::reach(const OpenConflict& conflict, const std::optional<ConflictSide>& target,
                            Decided& decided) {
  const RelPath& path = conflict.conflict.path;
  const Here here = project_.folder.look(full(path));
  const bool free = here.occupant == Occupant::nothing || here.occupant == Occupant::file;
  if (target && !free) {
    decided.effects.clear();
    return refuse(decided, in_the_way(path));
  }
  Change change{path, std::nullopt, ChangeKind::modified, ChangeClass::merged};
  const bool waits = conflict.old_path && conflict.conflict.here && !conflict.marked && !conflict.decision;
  if (waits) {  // else a file there is a new one
    const Here old = project_.folder.look(full(*conflict.old_path));
    if (old.occupant == Occupant::file) {
      change.old_path = conflict.old_path;
      decided.effects.push_back(
          {{Place::project, full(*conflict.old_path), old.file, std::nullopt, std::nullopt}, {}});
    }
  }
  Effect effect{{Place::project, full(path), decided.now, file_of(target), std::nullopt}, {}};
  if (target) effect.content = [bytes = target->bytes] { return bytes; };
  if (target && !decided.now && target->mode != Mode::link) {
    const RelPath source = full(conflict.conflict.here ? conflict.old_path.value_or(path) : path);
    effect.recorded.after->permissions = permissions_of(before_the_pull().metadata, source, target->mode);
  }
  if (decided.now != file_of(target)) decided.effects.push_back(std::move(effect));
  if (!decided.effects.empty()) decided.change = change;
}

std::optional<MarkedText> ConflictDecider::text_now(const OpenConflict& conflict) {
  const auto file = now(conflict);
  auto text = file ? parse_markers(file->bytes, conflict.marker_size, open_.labels) : std::nullopt;
  if (!text) return std::nullopt;
  std::optional<MarkedText> anew;
  for (MarkedHunk& hunk : text->hunks) {
    if (hunk.base) continue;
    if (!anew) anew = text_anew(conflict);
    if (!anew) break;
    const auto same = std::find_if(anew->hunks.begin(), anew->hunks.end(), [&](const MarkedHunk& other) {
      return other.ours == hunk.ours && other.theirs == hunk.theirs;
    });
    if (same != anew->hunks.end()) hunk.base = same->base;
  }
  return text;
}

std::optional<MarkedText> ConflictDecider::text_anew(const OpenConflict& conflict) {
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

std::optional<ConflictSide> ConflictDecider::base(const OpenConflict& conflict) const {
  const auto& version = conflict.conflict.base;
  if (!version || !objects_.contains(version->blob)) return std::nullopt;
  return stored(conflict.conflict.path, version);
}

std::optional<ConflictSide> ConflictDecider::theirs(const OpenConflict& conflict) const {
  return stored(conflict.conflict.path, conflict.conflict.theirs);
}

/// What was at the path before the pull. Where the pull left it alone and nothing was decided, what it is by
/// now, perhaps at the old name.
std::optional<ConflictSide> ConflictDecider::mine(const OpenConflict& conflict) {
  const bool at_old_name = conflict.old_path && conflict.conflict.here;
  if (!conflict.marked && !conflict.decision)
    return at_old_name ? file_at(*conflict.old_path) : now(conflict);
  const RelPath path = full(at_old_name ? *conflict.old_path : conflict.conflict.path);
  const auto& files = before_the_pull().tree.files;
  const auto found = files.find(path);
  if (found == files.end()) return std::nullopt;
  return ConflictSide{found->second.mode, objects_.blob(found->second.bytes)};
}

std::optional<ConflictSide> ConflictDecider::now(const OpenConflict& conflict) {
  return file_at(conflict.conflict.path);
}

std::optional<ConflictSide> ConflictDecider::file_at(const RelPath& path) {
  const Here here = project_.folder.look(full(path));
  if (here.occupant != Occupant::file) return std::nullopt;
  return ConflictSide{here.file.mode, project_.folder.bytes(full(path))};
}

std::optional<ConflictSide> ConflictDecider::stored(const RelPath& path,
                                                    const std::optional<Version>& version) const {
  if (!version) return std::nullopt;
  return on_disk(path, objects_.blob(version->blob), version->mode);
}

std::string ConflictDecider::in_git(const RelPath& path, std::string bytes) const {
  auto converted = project_.repository.to_git(project_.workspace.prefix + full(path).str(), bytes);
  return converted ? std::move(*converted) : std::move(bytes);
}

ConflictSide ConflictDecider::on_disk(const RelPath& path, std::string bytes, Mode mode) const {
  if (form_.converts(full(path), mode)) bytes = form_.convert(full(path), std::move(bytes));
  return {form_.mode(mode), std::move(bytes)};
}

const StoredSnapshot& ConflictDecider::before_the_pull() {
  if (before_) return *before_;
  const auto snapshot = project_.repository.reference(snapshot_ref(project_.workspace, open_.operation));
  if (!snapshot)
    throw Error(ErrorCode::snapshot_damaged, "the snapshot of the open pull is gone",
                {{Recovery::resolve_conflicts}});
  before_ = read_snapshot(objects_, *snapshot);
  return *before_;
}

}  // namespace ddx
