#include <fmt/format.h>

#include <utility>

#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "config/lock_edit.hpp"
#include "ddx/error.hpp"
#include "ddx/pull.hpp"
#include "merge/content.hpp"
#include "merge/markers.hpp"
#include "snapshot/store.hpp"
#include "sync/begin_changes.hpp"
#include "sync/disk_plan.hpp"
#include "sync/open_pull.hpp"
#include "sync/structure_warnings.hpp"
#include "sync/submodules.hpp"
#include "transaction/record.hpp"

namespace ddx {

namespace {

/// How one open conflict ends.
struct Decided {
  bool decided = false;
  std::string words;
  std::optional<FilePlan> write;  ///< when a side has to be put on disk
  std::optional<OnDisk> now;      ///< what the path holds
  bool by_their_name = false;     ///< of two new names, it has upstream's
};

bool settles(Side side) {
  switch (side) {
    case Side::mine:
    case Side::theirs:
    case Side::union_of_both:
      return true;
    case Side::ask:
    case Side::markers:
      return false;
  }
  return false;
}

/// Decides open conflicts by what is on disk and by the sides that were asked for.
class Decider {
 public:
  Decider(Project& project, const git::Objects& objects, const OpenPull& open,
          const std::vector<SideRule>& sides)
      : project_(project),
        objects_(objects),
        open_(open),
        policy_(sides, {}, Side::markers),
        ours_(project.folder, project.tree, project.repository, project.workspace.prefix, LineEnds::as_git) {}

  Decided decide(const OpenConflict& conflict) {
    const RelPath& path = conflict.conflict.path;
    const Here here = project_.folder.look(project_.tree.join(path));
    const auto now = here.occupant == Occupant::file ? std::optional(here.file) : std::nullopt;
    const Side side = policy_.decide(path).side;
    if (conflict.marked) {
      const bool unresolved = now && git::has_markers(project_.folder.bytes(project_.tree.join(path)),
                                                      conflict.marker_size, open_.labels);
      if (!unresolved) return {true, fmt::format("resolved '{}' by hand", path.str()), std::nullopt, now};
      if (!settles(side)) return {};
      return now == conflict.left ? merge_again(conflict, *now) : settle_rest(conflict, side, *now);
    }
    const bool parted = conflict.conflict.kind == ConflictKind::rename_rename;
    if (now != conflict.left)
      return {true, fmt::format("resolved '{}' by hand", path.str()), std::nullopt, now, parted && !now};
    const bool in_the_way = is_in_the_way(conflict, here);
    if (!settles(side) || (side == Side::theirs && in_the_way)) return {};
    return parted ? take_name(conflict, side, now) : take_side(conflict, side, now);
  }

 private:
  /// Whether something is where upstream's file would come.
  [[nodiscard]] bool is_in_the_way(const OpenConflict& conflict, const Here& here) const {
    if (conflict.conflict.kind == ConflictKind::type)
      return !conflict.conflict.here && here.occupant != Occupant::nothing;
    return conflict.conflict.kind == ConflictKind::submodule && conflict.conflict.theirs &&
           is_in_repository(project_, conflict.conflict.path);
  }

  /// The markers go: the same merge once more, with a side for the conflicting hunks.
  Decided merge_again(const OpenConflict& conflict, const OnDisk& now) {
    MergeInputs inputs{
        conflict.conflict.base, *conflict.conflict.here, *conflict.conflict.theirs, {}, {}, {}};
    inputs.base_bytes = [&] { return base_bytes(conflict); };
    inputs.our_bytes = [&] { return here_before(conflict); };
    inputs.their_bytes = [&] { return objects_.blob(conflict.conflict.theirs->blob); };
    FileMerge merge =
        merge_file(conflict.conflict.path, inputs, {policy_, false, git::ConflictStyle::merge, open_.labels});
    FilePlan plan = write_plan(conflict, now);
    plan.result = {git::hash_blob(merge.bytes), merge.mode};
    plan.bytes = std::move(merge.bytes);
    return {true, merge.decision, std::move(plan), now};
  }

  /// Some of it was resolved by hand: that stays, what is still marked takes the side.
  Decided settle_rest(const OpenConflict& conflict, Side side, const OnDisk& now) {
    const RelPath path = project_.tree.join(conflict.conflict.path);
    const std::string raw = project_.folder.bytes(path);
    const std::string bytes =
        project_.repository.to_git(project_.workspace.prefix + path.str(), raw).value_or(raw);
    auto settled = settle_markers(bytes, conflict.marker_size, open_.labels, side);
    if (!settled) return {};
    FilePlan plan = write_plan(conflict, now);
    plan.result = {git::hash_blob(settled->bytes), now.mode};
    plan.bytes = std::move(settled->bytes);
    return {true,
            fmt::format("resolved '{}' by hand, with {} for {} of its hunks", conflict.conflict.path.str(),
                        policy_.decide(conflict.conflict.path).origin, settled->hunks),
            std::move(plan), now};
  }

  /// Both sides renamed it: the side says which name it gets, and decides hunks only where both changed them.
  Decided take_name(const OpenConflict& conflict, Side side, const std::optional<OnDisk>& now) {
    if (side == Side::union_of_both || !now) return {};
    const bool theirs = side == Side::theirs;
    const RelPath& name = theirs ? *conflict.conflict.their_path : conflict.conflict.path;
    if (theirs && project_.folder.look(project_.tree.join(name)).occupant != Occupant::nothing) return {};
    const Version &here = *conflict.conflict.here, &upstream = *conflict.conflict.theirs;
    MergeInputs inputs{conflict.conflict.base, here, upstream, {}, {}, {}};
    inputs.base_bytes = [&] { return base_bytes(conflict); };
    inputs.our_bytes = [&] { return ours_.content(conflict.conflict.path, here); };
    inputs.their_bytes = [&] { return objects_.blob(upstream.blob); };
    FileMerge merge = merge_file(name, inputs, {policy_, false, git::ConflictStyle::merge, open_.labels});
    FilePlan plan = write_plan(conflict, now);
    plan.change.path = name;
    if (merge.outcome == FileMerge::Outcome::ours) merge.bytes = inputs.our_bytes(), merge.mode = here.mode;
    if (merge.outcome == FileMerge::Outcome::theirs)
      merge.bytes = inputs.their_bytes(), merge.mode = upstream.mode;
    plan.result = {git::hash_blob(merge.bytes), merge.mode};
    plan.bytes = std::move(merge.bytes);
    if (theirs) {
      plan.change.old_path = conflict.conflict.path;
      plan.expected_old = std::exchange(plan.expected, std::nullopt);
    }
    const std::string words = theirs ? "took upstream's" : "kept your";
    return {true, fmt::format("{} name '{}'", words, name.str()), std::move(plan), now, theirs};
  }

  /// Empty where nobody has the base any more: the pull merged without it too.
  std::string base_bytes(const OpenConflict& conflict) const {
    const Oid& base = conflict.conflict.base->blob;
    return objects_.contains(base) ? objects_.blob(base) : std::string();
  }

  Decided take_side(const OpenConflict& conflict, Side side, const std::optional<OnDisk>& now) {
    const std::string name = conflict.conflict.path.str();
    FilePlan plan = write_plan(conflict, now);
    const bool at_old_name = take_along_old_name(conflict, plan);
    if (side == Side::mine) {
      const std::string words = fmt::format("kept yours of '{}'", name);
      if (!at_old_name) return {true, words, std::nullopt, now};
      plan.result = ours_.at(*conflict.old_path, conflict.conflict.base).version.value();
      plan.bytes = ours_.content(*conflict.old_path, plan.result);
      return {true, words, std::move(plan), now};
    }
    if (side != Side::theirs) return {};
    if (conflict.conflict.theirs) {
      plan.result = *conflict.conflict.theirs;
    } else {
      plan.action = FilePlan::Action::remove;
    }
    return {true, fmt::format("took upstream's '{}'", name), std::move(plan), now};
  }

  /// Where upstream renamed a file and no markers could be written, ours waits at the old name: it goes with
  /// the decision.
  bool take_along_old_name(const OpenConflict& conflict, FilePlan& plan) {
    if (!conflict.old_path || !conflict.conflict.here) return false;
    const Here old = project_.folder.look(project_.tree.join(*conflict.old_path));
    if (old.occupant != Occupant::file) return false;
    plan.change.old_path = conflict.old_path;
    plan.expected_old = old.file;
    return true;
  }

  FilePlan write_plan(const OpenConflict& conflict, const std::optional<OnDisk>& now) const {
    FilePlan plan{{conflict.conflict.path, std::nullopt, ChangeKind::modified, ChangeClass::merged}};
    plan.action = FilePlan::Action::write;
    plan.expected = now;
    return plan;
  }

  /// What was here before the pull wrote markers: its snapshot has it.
  std::string here_before(const OpenConflict& conflict) {
    const auto snapshot = project_.repository.reference(snapshot_ref(project_.workspace, open_.operation));
    if (!snapshot)
      throw Error(ErrorCode::snapshot_damaged, "the snapshot of the open pull is gone",
                  {{Recovery::resolve_conflicts}});
    const RelPath path = project_.tree.join(conflict.old_path.value_or(conflict.conflict.path));
    const SnapshotTree state = read_snapshot(objects_, *snapshot).tree;
    const std::string bytes = objects_.blob(state.files.at(path).bytes);
    auto converted = project_.repository.to_git(project_.workspace.prefix + path.str(), bytes);
    return converted ? std::move(*converted) : bytes;
  }

  Project& project_;
  const git::Objects& objects_;
  const OpenPull& open_;
  Policy policy_;
  WorkTreeSide ours_;
};

/// The bases of decided files move to what the pull brought.
void settle_base(Lock& lock, const OpenPull& open, const OpenConflict& conflict, bool by_their_name) {
  const auto& their_path = conflict.conflict.their_path;
  const RelPath& path = by_their_name ? *their_path : conflict.conflict.path;
  lock.files.erase(conflict.base_path.value_or(conflict.old_path.value_or(conflict.conflict.path)));
  if (!conflict.conflict.theirs) return;
  set_base(lock, path, *conflict.conflict.theirs, open.to);
  lock.files.at(path).upstream_path = by_their_name ? std::nullopt : their_path;
}

Error undecided(const OpenConflict& first, std::size_t count, std::size_t total) {
  const std::string path = first.conflict.path.str();
  std::string why = fmt::format("nobody decided about '{}'", path);
  std::vector<NextStep> steps{{Recovery::choose_side, path}, {Recovery::abort_pull}};
  if (first.marked) {
    why = fmt::format("'{}' still holds conflict markers", path);
    steps.insert(steps.begin(), {Recovery::resolve_conflicts, path});
  } else if (!first.conflict.here && first.conflict.theirs &&
             (first.conflict.kind == ConflictKind::type || first.conflict.kind == ConflictKind::submodule)) {
    why = fmt::format("'{}' cannot come while something else is in its place, which has to be moved away",
                      path);
  }
  return {ErrorCode::unresolved, fmt::format("{} of {} undecided: {}", count, total, why), std::move(steps)};
}

}  // namespace

PullReport continue_pull(const Workspace& workspace, const ContinueRequest& request, Host& host) {
  const WriterLock writer = begin_changes(workspace, host);
  refuse_foreign_index(workspace, host);
  const auto open = read_open_pull(workspace, host);
  if (!open) throw Error(ErrorCode::nothing_open, "no pull is open here", {});

  Project project = open_project(workspace, host);
  const auto upstream = project.known_upstream();
  const git::Objects objects = project.objects(upstream ? &*upstream : nullptr);
  Lock lock = require_lock(project);
  Decider decider(project, objects, *open, request.sides);
  PullReport report;
  report.to = {open->to, open->version, std::nullopt};
  const OpenConflict* first_undecided = nullptr;
  std::vector<FilePlan> writes;
  std::vector<Effect> witnesses;  // a rollback has to know what was there when the pull ended
  for (const OpenConflict& conflict : open->conflicts) {
    Decided decided = decider.decide(conflict);
    if (!decided.decided) {
      if (report.conflicts.empty()) first_undecided = &conflict;
      report.conflicts.push_back(conflict.conflict);
      continue;
    }
    report.decisions.push_back(decided.words);
    if (!decided.write)
      witnesses.push_back({{Place::project, project.tree.join(conflict.conflict.path), decided.now,
                            decided.now, std::nullopt},
                           {}});
    if (decided.write) {
      report.changes.push_back(decided.write->change);
      writes.push_back(std::move(*decided.write));
    }
    settle_base(lock, *open, conflict, decided.by_their_name);
  }
  if (first_undecided != nullptr)
    throw undecided(*first_undecided, report.conflicts.size(), open->conflicts.size());

  report.warnings = resolved_structure_warnings(project, objects, *open, writes);
  git::PackWriter pack = project.new_pack();
  OperationDraft draft;
  draft.id = make_ulid(host.now(), host.random());
  draft.kind = "continue";
  draft.summary = fmt::format("{}, {} conflict{} resolved", open->version, open->conflicts.size(),
                              open->conflicts.size() == 1 ? "" : "s");
  draft.continues = open->operation;
  draft.from = draft.to = SyncedVersion{open->to, open->version};
  draft.decisions = report.decisions;
  draft.effects = disk_effects(project, objects, writes, LineEnds::as_git);
  std::move(witnesses.begin(), witnesses.end(), std::back_inserter(draft.effects));
  if (auto effect = text_effect(lock_path(), project.lock_file(), write_lock(lock)))
    draft.effects.push_back(std::move(*effect));
  if (auto effect = open_pull_effect(workspace, host, std::nullopt))
    draft.effects.push_back(std::move(*effect));
  report.operation = draft.id;
  report.snapshot = snapshot_name(draft.id);
  run_operation(project, objects, pack, std::move(draft));
  report.result = PullResult::updated;
  return report;
}

}  // namespace ddx
