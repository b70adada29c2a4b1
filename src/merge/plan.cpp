#include "merge/plan.hpp"

#include <fmt/format.h>

namespace ddx {

namespace {

using Action = FilePlan::Action;

/// How the file's change looks from here: what upstream did to it.
ChangeKind kind_of(const Row& row) {
  if (row.old_path || row.parted) return ChangeKind::renamed;
  if (!row.base) return ChangeKind::added;
  if (!row.theirs) return ChangeKind::deleted;
  if (row.base == row.theirs) return ChangeKind::renamed;  // to the name that ours gave it too
  return row.base->blob == row.theirs->blob ? ChangeKind::mode : ChangeKind::modified;
}

Change change_of(const Row& row, ChangeClass change_class) {
  return {row.path, row.old_path, kind_of(row), change_class};
}

FilePlan::Base decided_base(const Row& row) {
  return row.theirs ? FilePlan::Base::moves : FilePlan::Base::goes;
}

void take_theirs(const Row& row, ChangeClass change_class, FilePlan& plan) {
  plan.change.change_class = change_class;
  plan.base = decided_base(row);
  plan.action = row.theirs ? Action::write : Action::remove;
  if (row.theirs) plan.result = *row.theirs;
}

void keep_ours(const Row& row, ChangeClass change_class, FilePlan& plan) {
  plan.change.change_class = change_class;
  plan.base = decided_base(row);
  plan.action = Action::nothing;
}

void name_sides(const Row& row, FilePlan& plan) {
  plan.before = row.base;
  plan.theirs = row.theirs;
  plan.upstream_path = row.upstream_path;
  plan.twin = row.twin;
  plan.displaces = row.displaces.has_value();
  if (row.in_lock() != row.path) plan.base_path = row.in_lock();
}

void leave_open(const Row& row, const Ours::State& here, ConflictKind kind, FilePlan& plan) {
  plan.change.change_class = ChangeClass::conflict;
  plan.base = FilePlan::Base::stays;
  plan.action = Action::nothing;
  plan.conflict = Conflict{row.path, kind, {}, row.base, here.version, row.theirs, row.upstream_path};
}

/// Whether theirs made a file of a link, or the reverse: what was renamed here is then another thing.
bool is_another_type(const Row& row) {
  return (row.base->mode == Mode::link) != (row.theirs->mode == Mode::link);
}

bool was_renamed_here(const Row& row) { return row.base_path || row.upstream_path; }

}  // namespace

void keep_out(ConflictKind kind, FilePlan& plan) {
  plan.conflict =
      Conflict{plan.change.path, kind, {}, plan.before, plan.here, plan.theirs, plan.upstream_path};
  plan.change.change_class = ChangeClass::conflict;
  plan.action = Action::nothing;
  plan.base = FilePlan::Base::stays;
  plan.marked = false;
  plan.bytes.reset();
  plan.decision.clear();  // of a merge that does not happen
}

std::vector<FilePlan> Planner::plan(const std::vector<Row>& rows) {
  std::vector<FilePlan> plans;
  plans.reserve(rows.size());
  for (const Row& row : rows) plans.push_back(plan_row(row));
  while (refuse_clashes(plans)) continue;
  return plans;
}

FilePlan Planner::plan_row(const Row& row) {
  if (row.held_back) {
    FilePlan plan{change_of(row, ChangeClass::kept)};
    plan.decision = fmt::format("held back '{}' (protect)", row.path.str());
    name_sides(row, plan);
    return plan;
  }
  if (row.parted) return plan_parted(row);
  const Ours::State here = ours_.at(row.at_ours(), row.base);
  FilePlan plan = !row.base     ? plan_added(row, here)
                  : !row.theirs ? plan_deleted(row, here)
                                : plan_changed(row, here);
  name_sides(row, plan);
  plan.here = here.version;
  plan.creates = row.old_path || !here.version;
  (row.old_path ? plan.expected_old : plan.expected) = here.disk;
  return plan;
}

/// Both sides gave the file a new name. Which one it keeps, only the user can say; ours stays where it is.
FilePlan Planner::plan_parted(const Row& row) {
  const Policy::Decision decision = settings_.policy.decide(row.path);
  if (decision.side != Side::mine && decision.side != Side::theirs) {
    const Ours::State here = ours_.at(row.path, row.base);
    FilePlan plan{change_of(row, ChangeClass::conflict)};
    leave_open(row, here, ConflictKind::rename_rename, plan);
    name_sides(row, plan);
    plan.expected = here.disk;
    return plan;
  }
  Row settled = row;
  settled.parted = false;
  if (decision.side == Side::theirs) {
    settled.base_path = row.in_lock();
    settled.old_path = row.path;
    settled.path = *row.upstream_path;
    settled.upstream_path.reset();
  }
  FilePlan plan = plan_row(settled);
  plan.decision =
      fmt::format("{} name '{}' ({}){}{}", decision.side == Side::mine ? "kept your" : "took upstream's",
                  settled.path.str(), decision.origin, plan.decision.empty() ? "" : "; ", plan.decision);
  return plan;
}

FilePlan Planner::plan_added(const Row& row, const Ours::State& here) {
  FilePlan plan{change_of(row, ChangeClass::fresh)};
  if (!here.version) {
    take_theirs(row, ChangeClass::fresh, plan);  // a folder in the way is found by refuse_clashes
  } else if (here.version == row.theirs) {
    keep_ours(row, ChangeClass::converged, plan);
  } else {
    merge(row, here, plan);
  }
  return plan;
}

FilePlan Planner::plan_deleted(const Row& row, const Ours::State& here) {
  FilePlan plan{change_of(row, ChangeClass::removed)};
  if (!here.version) {
    keep_ours(row, ChangeClass::converged, plan);
  } else if (here.version == row.base && !was_renamed_here(row)) {
    take_theirs(row, ChangeClass::removed, plan);
  } else {
    leave_open(row, here, was_renamed_here(row) ? ConflictKind::rename_delete : ConflictKind::modify_delete,
               plan);
    settle_missing(row, plan);
  }
  return plan;
}

FilePlan Planner::plan_changed(const Row& row, const Ours::State& here) {
  FilePlan plan{change_of(row, ChangeClass::updated)};
  if (!here.version) {
    const ConflictKind kind = row.old_path                         ? ConflictKind::rename_delete
                              : here.occupant == Occupant::nothing ? ConflictKind::delete_modify
                                                                   : ConflictKind::type;
    leave_open(row, here, kind, plan);
    settle_missing(row, plan);
  } else if (here.version == row.theirs && !row.old_path) {
    keep_ours(row, ChangeClass::converged, plan);
  } else if (here.version == row.base && !(was_renamed_here(row) && is_another_type(row))) {
    take_theirs(row, ChangeClass::updated, plan);
  } else {
    merge(row, here, plan);
  }
  return plan;
}

void Planner::merge(const Row& row, const Ours::State& here, FilePlan& plan) {
  MergeInputs inputs{row.base, *here.version, *row.theirs, {}, {}, {}};
  inputs.base_bytes = [&] { return base_bytes_(*row.base); };
  inputs.our_bytes = [&] { return ours_.content(row.at_ours(), *here.version); };
  inputs.their_bytes = [&] { return objects_.blob(row.theirs->blob); };
  FileMerge result = merge_file(row.path, inputs, settings_);
  plan.decision = std::move(result.decision);
  switch (result.outcome) {
    case FileMerge::Outcome::ours:
      keep_ours(row, ChangeClass::kept, plan);
      if (row.old_path) {  // the name follows upstream even where the content is ours
        plan.action = Action::write;
        plan.bytes = inputs.our_bytes();
        plan.result = *here.version;
      }
      return;
    case FileMerge::Outcome::theirs:
      take_theirs(row, ChangeClass::updated, plan);
      return;
    case FileMerge::Outcome::merged:
      plan.change.change_class = ChangeClass::merged;
      break;
    case FileMerge::Outcome::conflict:
      leave_open(row, here, *result.kind, plan);
      plan.conflict->hunks = std::move(result.hunks);
      if (!result.marked) return;
      break;
  }
  plan.action = Action::write;
  plan.base = result.outcome == FileMerge::Outcome::merged ? FilePlan::Base::moves : FilePlan::Base::stays;
  plan.marked = result.marked;
  plan.marker_size = result.marker_size;
  plan.result = {git::hash_blob(result.bytes), result.mode};
  plan.bytes = std::move(result.bytes);
  if (!row.old_path && plan.result == *here.version) plan.action = Action::nothing;
}

void Planner::settle_missing(const Row& row, FilePlan& plan) {
  const bool in_the_way = plan.conflict->kind == ConflictKind::type;
  const Policy::Decision decision = settings_.policy.decide(row.path);
  if (decision.side == Side::mine) {
    plan.conflict.reset();
    keep_ours(row, ChangeClass::kept, plan);
    plan.decision = fmt::format("kept yours of '{}' ({})", row.path.str(), decision.origin);
  } else if (decision.side == Side::theirs && !in_the_way) {
    plan.conflict.reset();
    take_theirs(row, row.theirs ? ChangeClass::updated : ChangeClass::removed, plan);
    plan.decision = fmt::format("took upstream's '{}' ({})", row.path.str(), decision.origin);
  }
}

/// A file cannot come to a place where a folder with something else in it is, below something that is no
/// folder, or beside a file that some disks take for the same. \returns whether a plan changed: what does not
/// go then may be in another one's way
bool Planner::refuse_clashes(std::vector<FilePlan>& plans) {
  std::set<RelPath> going;
  for (const FilePlan& plan : plans) {
    if (plan.action == Action::remove) going.insert(plan.change.path);
    if (plan.action == Action::write && plan.change.old_path) going.insert(*plan.change.old_path);
  }
  bool changed = false;
  for (FilePlan& plan : plans) {
    const auto kind = clash(plan, going);
    if (!kind) continue;
    keep_out(*kind, plan);
    const Policy::Decision decision = settings_.policy.decide(plan.change.path);
    if (decision.side == Side::mine && !plan.change.old_path) {
      plan.conflict.reset();
      plan.change.change_class = ChangeClass::kept;
      plan.base = FilePlan::Base::moves;
      plan.decision = fmt::format("kept what is at '{}' ({})", plan.change.path.str(), decision.origin);
    }
    changed = true;
  }
  return changed;
}

std::optional<ConflictKind> Planner::clash(const FilePlan& plan, const std::set<RelPath>& going) {
  if (plan.action != Action::write || !plan.creates) return std::nullopt;
  if (is_taken(plan.change.path, going)) return ConflictKind::type;
  if (plan.twin && !going.contains(*plan.twin)) return ConflictKind::case_only;
  return std::nullopt;
}

bool Planner::is_taken(const RelPath& path, const std::set<RelPath>& going) {
  switch (ours_.at(path, std::nullopt).occupant) {
    case Occupant::nothing:
      return false;
    case Occupant::file:
      return !going.contains(path);
    case Occupant::folder:
      return !ours_.empties(path, going);
    case Occupant::blocked:
      break;
  }
  for (std::string_view parent = path.parent(); !parent.empty();) {
    const RelPath folder = RelPath::parse(parent);
    if (going.contains(folder)) return false;
    parent = parent.substr(0, folder.parent().size());
  }
  return true;
}

}  // namespace ddx
