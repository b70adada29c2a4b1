#include "sync/conflict_decider.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "git/attributes.hpp"
#include "merge/markers.hpp"
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

/// Ours is at the old name because upstream's new one was taken.
bool is_kept_out(const OpenConflict& conflict) {
  const ConflictKind kind = conflict.conflict.kind;
  const bool about_places =
      kind == ConflictKind::type || kind == ConflictKind::submodule || kind == ConflictKind::case_only;
  return about_places && conflict.old_path && conflict.conflict.here;
}

constexpr const char* by_hand = "by hand";

}  // namespace

Decided ConflictDecider::as_it_stands(const OpenConflict& conflict) {
  const std::string name = conflict.conflict.path.str();
  Decided decided;
  decided.now = file_of(sides_.file_at(conflict.conflict.path));
  if (sides_.is_marked(conflict)) return decided;
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
  Decided decided;
  decided.decided = true;
  decided.now = file_of(sides_.file_at(conflict.conflict.path));
  decided.how = to_string(resolution);
  if (resolution == Resolution::open_again) {
    open_again(conflict, decided);
  } else if (resolution == Resolution::edited) {
    settle_as_it_stands(conflict, decided);
  } else if (conflict.marked) {
    settle_marked(conflict, resolution, decided);
  } else {
    settle_whole(conflict, resolution, decided);
  }
  return decided;
}

Decided ConflictDecider::with(const OpenConflict& conflict, const GivenContent& content) {
  const std::string name = conflict.conflict.path.str();
  const auto present = sides_.now(conflict);
  if (file_of(present) != file_of(content.seen))
    throw Error(ErrorCode::raced, fmt::format("'{}' changed while it was being resolved", name),
                {{Recovery::retry}});
  Decided decided;
  decided.now = file_of(sides_.file_at(conflict.conflict.path));
  decided.how = content.how;
  decided.words = content.words;
  decided.decided = !conflict.marked || !has_markers(content.bytes, conflict.marker_size, open_.labels);
  if (!decided.decided) decided.words = fmt::format("'{}' still holds conflict markers", name);
  Mode mode = Mode::file;
  for (const auto& side : {sides_.theirs(conflict), sides_.mine(conflict), present}) {
    if (side && side->mode != Mode::link) mode = side->mode;
  }
  const ConflictSide target{mode, content.bytes};
  const RelPath place = sides_.place(conflict);
  if (place != conflict.conflict.path) {
    decided.by_their_name = true;
    decided.change = Change{place, std::nullopt, ChangeKind::modified, ChangeClass::merged};
    replace(place, file_of(present), target, decided);
  } else if (is_kept_out(conflict) && !is_free(conflict)) {
    refuse(decided, in_the_way(conflict.conflict.path));
  } else {
    reach(conflict, target, decided);
  }
  return decided;
}

void ConflictDecider::settle_as_it_stands(const OpenConflict& conflict, Decided& decided) {
  const std::string name = conflict.conflict.path.str();
  decided.words = fmt::format("kept '{}' as it stands (--edited)", name);
  if (sides_.is_marked(conflict))
    return refuse(decided, fmt::format("'{}' still holds conflict markers", name));
  if (decided.now || !waits(conflict)) return;
  if (!is_free(conflict)) return refuse(decided, in_the_way(conflict.conflict.path));
  reach(conflict, sides_.mine(conflict), decided);
}

void ConflictDecider::settle_marked(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  if (sides_.is_marked(conflict) && decided.now != conflict.left) {
    settle_rest(conflict, resolution, decided);
  } else {
    merge_again(conflict, resolution, decided);
  }
}

/// The same merge once more, with a side for the conflicting hunks.
FileMerge ConflictDecider::merge_with(const OpenConflict& conflict, Resolution resolution) {
  const RelPath& path = conflict.conflict.path;
  const std::string ours = sides_.in_git(path, sides_.mine(conflict).value().bytes);
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
  const bool has_no_lines = merge.outcome == FileMerge::Outcome::conflict && !merge.marked;
  if (has_no_lines) return settle_whole(conflict, resolution, decided);  // any more
  decided.words = merge.decision.empty() ? fmt::format("merged '{}'", path.str()) : merge.decision;
  std::string bytes = merge.bytes;
  if (resolution == Resolution::base) {
    const auto text = sides_.text_anew(conflict);
    if (!text || !every_hunk_knows(*text, resolution))
      return refuse(decided, fmt::format("the original lines of '{}' are not known any more", path.str()));
    bytes = sides_.in_git(path, with_side(*text, resolution));
    decided.words = fmt::format("took the original lines in {} conflicting hunk{} of '{}' (--base)",
                                text->hunks.size(), text->hunks.size() == 1 ? "" : "s", path.str());
  }
  reach(conflict, sides_.on_disk(path, std::move(bytes), merge.mode), decided);
}

/// Some of it was resolved by hand: that stays, what is still marked takes the side.
void ConflictDecider::settle_rest(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  const std::string name = conflict.conflict.path.str();
  const auto text = sides_.text_now(conflict);
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
  if (is_kept_out(conflict) && resolution != Resolution::base) return arrive(conflict, resolution, decided);
  if (resolution == Resolution::mine) {
    decided.words = fmt::format("kept yours of '{}' (--mine)", name);
    return reach(conflict, sides_.mine(conflict), decided);
  }
  const bool wants_base = resolution == Resolution::base;
  const auto target = wants_base ? sides_.base(conflict) : sides_.theirs(conflict);
  if (wants_base && !target)
    return refuse(decided, conflict.conflict.base
                               ? fmt::format("the original version of '{}' is not known any more", name)
                               : fmt::format("'{}' has no original version", name));
  decided.words = wants_base ? fmt::format("took the original version of '{}' (--base)", name)
                             : fmt::format("took upstream's '{}' (--theirs)", name);
  const bool somebody_elses = conflict.conflict.kind == ConflictKind::type && !conflict.conflict.here;
  if (is_kept_out(conflict) && !is_free(conflict)) return refuse(decided, in_the_way(conflict.conflict.path));
  const bool in_repository =
      conflict.conflict.kind == ConflictKind::submodule && is_in_repository(project_, conflict.conflict.path);
  if (target && (in_repository || (somebody_elses && decided.now && !conflict.decision)))
    return refuse(decided, in_the_way(conflict.conflict.path));
  reach(conflict, target, decided);
}

/// Upstream's new name was taken when it was pulled: the file is merged once it is free.
void ConflictDecider::arrive(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  const RelPath &from = *conflict.old_path, &to = conflict.conflict.path;
  if (!is_free(conflict)) return refuse(decided, in_the_way(to));
  if (!sides_.mine(conflict)) return refuse(decided, fmt::format("'{}' is not there any more", from.str()));
  const FileMerge merge = merge_with(conflict, resolution);
  decided.words = fmt::format("merged '{}' to upstream's name '{}'", from.str(), to.str());
  if (!merge.decision.empty()) decided.words += ", " + merge.decision;
  reach(conflict, sides_.on_disk(to, merge.bytes, merge.mode), decided);
}

bool ConflictDecider::is_free(const OpenConflict& conflict) {
  const RelPath& path = conflict.conflict.path;
  if (conflict.conflict.kind == ConflictKind::submodule && is_in_repository(project_, path)) return false;
  const Occupant occupant = project_.folder.look(full(path)).occupant;
  return occupant == Occupant::nothing || (occupant == Occupant::file && conflict.decision);
}

bool ConflictDecider::waits(const OpenConflict& conflict) {
  return conflict.old_path && conflict.conflict.here && !conflict.marked && !conflict.decision &&
         sides_.file_at(*conflict.old_path).has_value();
}

/// Both sides renamed it: the side says which name it gets, and decides hunks only where both changed them.
void ConflictDecider::take_name(const OpenConflict& conflict, Resolution resolution, Decided& decided) {
  const RelPath &yours = conflict.conflict.path, &upstreams = *conflict.conflict.their_path;
  decided.by_their_name = resolution == Resolution::theirs;
  if (!decided.by_their_name && resolution != Resolution::mine)
    return refuse(decided, fmt::format("'{}' has two new names, of which one has to be taken", yours.str()));
  const bool has_upstreams = sides_.place(conflict) == upstreams;
  const bool free = project_.folder.look(full(upstreams)).occupant == Occupant::nothing;
  if (decided.by_their_name && !has_upstreams && !free) return refuse(decided, in_the_way(upstreams));
  if (!sides_.mine(conflict)) return refuse(decided, fmt::format("'{}' is not there any more", yours.str()));
  const FileMerge merge = merge_with(conflict, resolution);
  const RelPath& name = decided.by_their_name ? upstreams : yours;
  const auto target = sides_.on_disk(name, merge.bytes, merge.mode);
  const auto was = file_of(sides_.file_at(has_upstreams ? upstreams : yours));
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
          permissions_of(sides_.before_the_pull().metadata, full(yours), target.mode);
    decided.effects.push_back(std::move(effect));
  } else {
    replace(name, was, target, decided);
  }
}

void ConflictDecider::replace(const RelPath& path, const std::optional<OnDisk>& was,
                              const ConflictSide& target, Decided& decided) {
  if (was == file_of(target)) return;
  Effect effect{{Place::project, full(path), was, file_of(target), std::nullopt}, {}};
  effect.content = [bytes = target.bytes] { return bytes; };
  decided.effects.push_back(std::move(effect));
}

void ConflictDecider::open_again(const OpenConflict& conflict, Decided& decided) {
  decided.effects = effects_to_reach(project_, objects_, sides_.while_open(conflict));
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
  if (waits(conflict)) {  // else a file there is a new one
    change.old_path = conflict.old_path;
    decided.effects.push_back(
        {{Place::project, full(*conflict.old_path), project_.folder.look(full(*conflict.old_path)).file,
          std::nullopt, std::nullopt},
         {}});
  }
  Effect effect{{Place::project, full(path), decided.now, file_of(target), std::nullopt}, {}};
  if (target) effect.content = [bytes = target->bytes] { return bytes; };
  if (target && !decided.now && target->mode != Mode::link) {
    const RelPath source = full(conflict.conflict.here ? conflict.old_path.value_or(path) : path);
    effect.recorded.after->permissions =
        permissions_of(sides_.before_the_pull().metadata, source, target->mode);
  }
  if (decided.now != file_of(target)) decided.effects.push_back(std::move(effect));
  if (!decided.effects.empty()) decided.change = change;
}

}  // namespace ddx
