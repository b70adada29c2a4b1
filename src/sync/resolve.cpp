#include "ddx/resolve.hpp"

#include <fmt/format.h>

#include "base/binary.hpp"
#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "ddx/error.hpp"
#include "git/text_diff.hpp"
#include "sync/begin_changes.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/conflict_decider.hpp"
#include "sync/disk_plan.hpp"
#include "sync/remembered.hpp"

namespace ddx {

namespace {

OpenPull require_open_pull(const Workspace& workspace, Host& host) {
  auto open = read_open_pull(workspace, host);
  if (!open) throw Error(ErrorCode::nothing_open, "no pull is open here", {});
  return std::move(*open);
}

ChosenPaths chosen_conflicts(const Project& project, const OpenPull& open,
                             const std::vector<std::string>& arguments) {
  std::set<RelPath> known;
  for (const OpenConflict& conflict : open.conflicts) {
    known.insert(conflict.conflict.path);
    if (conflict.old_path) known.insert(*conflict.old_path);
    if (conflict.conflict.their_path) known.insert(*conflict.conflict.their_path);
  }
  return {project, arguments, known};
}

/// Whether the test holds for one of the file's names.
template <class Test>
bool any_name(const OpenConflict& conflict, Test test) {
  const auto& theirs = conflict.conflict.their_path;
  return test(conflict.conflict.path) || (conflict.old_path && test(*conflict.old_path)) ||
         (theirs && test(*theirs));
}

bool contains(const ChosenPaths& chosen, const OpenConflict& conflict) {
  return any_name(conflict, [&](const RelPath& name) { return chosen.contains(name); });
}

bool names(const ChosenPaths& chosen, const OpenConflict& conflict) {
  return any_name(conflict, [&](const RelPath& name) { return chosen.names(name); });
}

PendingConflict pending(ConflictDecider& decider, const RememberedResolutions& remembered,
                        const OpenConflict& conflict) {
  const Decided decided = decider.as_it_stands(conflict);
  PendingConflict pending{conflict.conflict, conflict.old_path, conflict.marked, decided.how, decided.words};
  pending.conflict.hunks.clear();
  const auto text = decided.decided ? std::nullopt : decider.sides().marked_now(conflict);
  if (text) {
    for (const MarkedHunk& hunk : text->hunks) pending.conflict.hunks.push_back(hunk.where);
    pending.remembered = remembered.find(decider.sides(), conflict).has_value();
  }
  return pending;
}

OpenConflict& find_conflict(OpenPull& open, const RelPath& path) {
  const auto found =
      std::find_if(open.conflicts.begin(), open.conflicts.end(),
                   [&](const OpenConflict& conflict) { return conflict.conflict.path == path; });
  if (found == open.conflicts.end())
    throw Error(ErrorCode::path_unknown, fmt::format("'{}' is not in conflict", path.str()), {});
  return *found;
}

/// The steps of a resolve: what is open, what is decided about it, and one operation for all of it.
class Resolving {
 public:
  Resolving(const Workspace& workspace, Host& host)
      : writer_(begin(workspace, host)),
        host_(host),
        open_(require_open_pull(workspace, host)),
        project_(open_project(workspace, host)),
        upstream_(project_.known_upstream()),
        objects_(project_.objects(upstream_ ? &*upstream_ : nullptr)),
        decider_(project_, objects_, open_) {
    report_.version = open_.version;
    report_.total = open_.conflicts.size();
  }

  ResolveReport decide(const ResolveRequest& request) {
    const ChosenPaths chosen = chosen_conflicts(project_, open_, request.paths);
    for (OpenConflict& conflict : open_.conflicts) {
      if (!contains(chosen, conflict)) continue;
      if (!names(chosen, conflict) && decider_.as_it_stands(conflict).decided) {
        report_.left_alone.push_back(conflict.conflict.path);
      } else {
        take(conflict, settle(conflict, request.resolution));
      }
    }
    return finish();
  }

  ResolveReport decide(const RelPath& path, Resolution resolution) {
    OpenConflict& conflict = find_conflict(open_, path);
    take(conflict, settle(conflict, resolution));
    return finish();
  }

  ResolveReport decide(const GivenContent& content) {
    OpenConflict& conflict = find_conflict(open_, content.path);
    take(conflict, decider_.with(conflict, content));
    return finish();
  }

 private:
  static WriterLock begin(const Workspace& workspace, Host& host) {
    WriterLock writer = begin_changes(workspace, host);
    refuse_foreign_index(workspace, host);
    return writer;
  }

  Decided settle(const OpenConflict& conflict, Resolution resolution) {
    if (resolution != Resolution::remembered) return decider_.settle(conflict, resolution);
    const std::string name = conflict.conflict.path.str();
    const auto bytes =
        RememberedResolutions(project_.workspace, host_.files).find(decider_.sides(), conflict);
    if (!bytes) {
      Decided nothing;
      nothing.words = fmt::format("no resolution of '{}' is remembered", name);
      return nothing;
    }
    return decider_.with(conflict,
                         {conflict.conflict.path, *bytes, decider_.sides().now(conflict), "remembered",
                          fmt::format("resolved '{}' as before (--remembered)", name)});
  }

  void take(OpenConflict& conflict, Decided decided) {
    const RelPath& path = conflict.conflict.path;
    if (!decided.decided) {
      report_.undecided.push_back({path, decided.words});
      if (decided.effects.empty() && decided.how != to_string(Resolution::open_again)) return;
      conflict.decision.reset();
    } else {
      std::optional<OnDisk> left = decided.now;
      for (const Effect& effect : decided.effects) {
        if (effect.recorded.path != project_.tree.join(path)) continue;
        left = effect.recorded.after ? std::optional<OnDisk>(*effect.recorded.after) : std::nullopt;
      }
      const bool anew = conflict.decision && !decider_.sides().is_marked(conflict);
      const std::string since = anew ? conflict.decision->since : id_;
      if (!anew && !conflict.marked) seen_.insert(project_.tree.join(decider_.sides().place(conflict)));
      conflict.decision = RecordedDecision{decided.how, decided.words, left, since};
      report_.decided.push_back({path, decided.how, decided.words});
    }
    decisions_.push_back(decided.words);
    for (Effect& effect : decided.effects) {
      if (touched_.insert(effect.recorded.path).second) effects_.push_back(std::move(effect));
    }
  }

  /// The snapshot has to hold what was there, also where git ignores it and the decision leaves it.
  void bear_witness() {
    for (const RelPath& path : seen_) {
      const Here here = project_.folder.look(path);
      if (here.occupant == Occupant::file && touched_.insert(path).second)
        effects_.push_back({{Place::project, path, here.file, here.file, std::nullopt}, {}});
    }
  }

  ResolveReport finish() {
    if (!decisions_.empty()) run();
    for (const OpenConflict& conflict : open_.conflicts)
      report_.open += decider_.as_it_stands(conflict).decided ? 0u : 1u;
    return std::move(report_);
  }

  void run() {
    bear_witness();
    git::PackWriter pack = project_.new_pack();
    OperationDraft draft;
    draft.id = id_;
    draft.kind = "resolve";
    draft.summary = fmt::format("{}, {} of {} conflict{}", open_.version, decisions_.size(),
                                open_.conflicts.size(), open_.conflicts.size() == 1 ? "" : "s");
    draft.continues = open_.operation;
    draft.from = draft.to = SyncedVersion{open_.to, open_.version};
    draft.decisions = decisions_;
    draft.effects = std::move(effects_);
    if (auto effect = open_pull_effect(project_.workspace, host_, open_))
      draft.effects.push_back(std::move(*effect));
    report_.operation = draft.id;
    report_.snapshot = snapshot_name(draft.id);
    run_operation(project_, objects_, pack, std::move(draft));
    project_.folder.forget_folder();
  }

  WriterLock writer_;
  Host& host_;
  const std::string id_ = make_ulid(host_.now(), host_.random());
  OpenPull open_;
  Project project_;
  std::optional<git::UpstreamRepository> upstream_;
  git::Objects objects_;
  ConflictDecider decider_;
  std::vector<std::string> decisions_;
  std::vector<Effect> effects_;
  std::set<RelPath> touched_;  ///< two conflicts may share a file's old name
  std::set<RelPath> seen_;     ///< decided for the first time
  ResolveReport report_;
};

/// What the surviving side of a conflict without lines changed; where only names are at issue, how the two
/// sides differ.
std::vector<DiffHunk> changes_of(const ConflictDetail& detail) {
  const bool about_names = detail.pending.conflict.kind == ConflictKind::rename_rename ||
                           (detail.pending.old_path && !detail.pending.marked);
  if (about_names && detail.here && detail.theirs && !detail.binary) {
    DiffFile both{detail.pending.conflict.path};
    git::diff_text(detail.here->bytes, detail.theirs->bytes, 3, both);
    return std::move(both.hunks);
  }
  const auto& survivor = detail.here ? detail.here : detail.theirs;
  if (detail.binary || !survivor || (detail.here && detail.theirs)) return {};
  DiffFile file{detail.pending.conflict.path};
  git::diff_text(detail.base ? detail.base->bytes : std::string(), survivor->bytes, 3, file);
  return std::move(file.hunks);
}

ConflictDetail detail_of(ConflictDecider& decider, const RememberedResolutions& remembered,
                         const OpenConflict& conflict) {
  ConflictSides& sides = decider.sides();
  ConflictDetail detail{pending(decider, remembered, conflict), sides.base(conflict), sides.mine(conflict),
                        sides.theirs(conflict), sides.now(conflict)};
  for (const auto& side : {detail.base, detail.here, detail.theirs})
    detail.binary = detail.binary || (side && is_binary(side->bytes));
  const bool as_left = detail.now && OnDisk{git::hash_blob(detail.now->bytes), detail.now->mode} ==
                                         conflict.left.value_or(OnDisk{});
  const bool marked = sides.is_marked(conflict);
  if (marked && !as_left) detail.text = sides.text_now(conflict);
  if (!marked || as_left) detail.text = sides.text_anew(conflict);
  detail.changed = changes_of(detail);
  return detail;
}

}  // namespace

std::string_view to_string(Resolution resolution) {
  switch (resolution) {
    case Resolution::mine:
      return "mine";
    case Resolution::theirs:
      return "theirs";
    case Resolution::base:
      return "base";
    case Resolution::union_of_both:
      return "union";
    case Resolution::edited:
      return "edited";
    case Resolution::remembered:
      return "remembered";
    case Resolution::open_again:
      return "open";
  }
  return {};
}

PendingConflicts pending_conflicts(const Workspace& workspace, const std::vector<std::string>& paths,
                                   Host& host) {
  report_pending(workspace, host);
  const OpenPull open = require_open_pull(workspace, host);
  Project project = open_project(workspace, host);
  const auto upstream = project.known_upstream();
  const git::Objects objects = project.objects(upstream ? &*upstream : nullptr);
  const ChosenPaths chosen = chosen_conflicts(project, open, paths);
  ConflictDecider decider(project, objects, open);
  const RememberedResolutions remembered(workspace, host.files);
  PendingConflicts found{open.operation, open.to, open.version, {}, open.conflicts.size(), 0};
  for (const OpenConflict& conflict : open.conflicts) {
    PendingConflict one = pending(decider, remembered, conflict);
    if (one.decided.empty()) ++found.open;
    if (contains(chosen, conflict)) found.conflicts.push_back(std::move(one));
  }
  return found;
}

std::vector<ConflictDetail> conflict_details(const Workspace& workspace, const std::vector<RelPath>& paths,
                                             Host& host) {
  OpenPull open = require_open_pull(workspace, host);
  Project project = open_project(workspace, host);
  const auto upstream = project.known_upstream();
  const git::Objects objects = project.objects(upstream ? &*upstream : nullptr);
  ConflictDecider decider(project, objects, open);
  const RememberedResolutions remembered(workspace, host.files);
  std::vector<ConflictDetail> details;
  for (const RelPath& path : paths) {
    if (host.interrupted) throw Interrupted();
    details.push_back(detail_of(decider, remembered, find_conflict(open, path)));
  }
  return details;
}

ConflictDetail conflict_detail(const Workspace& workspace, const RelPath& path, Host& host) {
  return std::move(conflict_details(workspace, {path}, host).front());
}

ResolveReport resolve(const Workspace& workspace, const ResolveRequest& request, Host& host) {
  return Resolving(workspace, host).decide(request);
}

ResolveReport resolve(const Workspace& workspace, const RelPath& path, Resolution resolution, Host& host) {
  return Resolving(workspace, host).decide(path, resolution);
}

ResolveReport resolve_with(const Workspace& workspace, const GivenContent& content, Host& host) {
  return Resolving(workspace, host).decide(content);
}

}  // namespace ddx
