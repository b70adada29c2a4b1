#include <fmt/format.h>

#include <system_error>

#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "config/lock_edit.hpp"
#include "ddx/error.hpp"
#include "ddx/pull.hpp"
#include "sync/begin_changes.hpp"
#include "sync/conflict_decider.hpp"
#include "sync/disk_plan.hpp"
#include "sync/open_pull.hpp"
#include "sync/remembered.hpp"
#include "sync/structure_warnings.hpp"
#include "transaction/record.hpp"

namespace ddx {

namespace {

/// What a side of the command line decides about conflicts.
std::optional<Resolution> resolution_of(Side side) {
  switch (side) {
    case Side::mine:
      return Resolution::mine;
    case Side::theirs:
      return Resolution::theirs;
    case Side::union_of_both:
      return Resolution::union_of_both;
    case Side::ask:
    case Side::markers:
      break;
  }
  return std::nullopt;
}

/// What was decided before comes first; what is open takes the side that was asked for.
Decided decide(ConflictDecider& decider, const Policy& policy, const OpenConflict& conflict) {
  Decided decided = decider.as_it_stands(conflict);
  const auto resolution = resolution_of(policy.decide(conflict.conflict.path).side);
  if (decided.decided || !resolution) return decided;
  decided = decider.settle(conflict, *resolution);
  return decided;
}

/// Texts that were in conflict, and where they are.
using Texts = std::vector<std::pair<RelPath, NormalConflict>>;

Texts texts_of(ConflictSides& sides, const OpenPull& open) {
  Texts texts;
  for (const OpenConflict& conflict : open.conflicts) {
    if (texts.size() == RememberedResolutions::most) break;
    if (const auto text = sides.text_anew(conflict))
      texts.emplace_back(conflict.conflict.path, normalised(conflict.conflict.path, *text));
  }
  return texts;
}

/// Remembers what became of them. A pull has not failed because of this.
void remember(Project& project, const Texts& texts) {
  try {
    RememberedResolutions remembered(project.workspace, project.host.files);
    for (const auto& [path, conflict] : texts) {
      const RelPath full = project.tree.join(path);
      project.folder.forget_folder();
      if (project.folder.look(full).occupant != Occupant::file) continue;
      remembered.keep(conflict, project.folder.bytes(full));
    }
  } catch (const std::system_error& error) {
    project.host.events.warning(fmt::format("the resolutions cannot be remembered: {}", error.what()));
  }
}

/// The bases of decided files move to what the pull brought.
void settle_base(Lock& lock, const OpenPull& open, const OpenConflict& conflict, bool by_their_name) {
  const auto& their_path = conflict.conflict.their_path;
  const RelPath& path = by_their_name ? *their_path : conflict.conflict.path;
  lock.files.erase(conflict.base_path.value_or(conflict.old_path.value_or(conflict.conflict.path)));
  if (!conflict.conflict.theirs) return;
  set_base(lock, path, *conflict.conflict.theirs, open.to);
  lock.files.at(path).upstream_path = by_their_name ? std::nullopt : their_path;
}

/// \param refusal  why the side that was asked for cannot be taken, or empty
Error undecided(const OpenConflict& first, const std::string& refusal, std::size_t count, std::size_t total) {
  const std::string path = first.conflict.path.str();
  std::string why = refusal.empty() ? fmt::format("nobody decided about '{}'", path) : refusal;
  std::vector<NextStep> steps{{Recovery::choose_side, path}, {Recovery::abort_pull}};
  if (first.marked) {
    if (refusal.empty()) why = fmt::format("'{}' still holds conflict markers", path);
    steps.insert(steps.begin(), {Recovery::resolve_conflicts, path});
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
  ConflictDecider decider(project, objects, *open);
  const Policy policy(request.sides, {}, Side::markers);
  PullReport report;
  report.to = {open->to, open->version, std::nullopt};
  const OpenConflict* first_undecided = nullptr;
  std::string refusal;
  std::vector<Effect> effects;
  for (const OpenConflict& conflict : open->conflicts) {
    Decided decided = decide(decider, policy, conflict);
    if (!decided.decided) {
      if (report.conflicts.empty()) first_undecided = &conflict, refusal = decided.words;
      report.conflicts.push_back(conflict.conflict);
      continue;
    }
    report.decisions.push_back(decided.words);
    if (decided.effects.empty())  // a rollback has to know what was there when the pull ended
      effects.push_back({{Place::project, project.tree.join(conflict.conflict.path), decided.now, decided.now,
                          std::nullopt},
                         {}});
    if (decided.change) report.changes.push_back(*decided.change);
    for (Effect& effect : decided.effects) {
      effect.recorded.entry = effect.recorded.path.relative_to(project.tree);
      effects.push_back(std::move(effect));
    }
    settle_base(lock, *open, conflict, decided.by_their_name);
  }
  if (first_undecided != nullptr)
    throw undecided(*first_undecided, refusal, report.conflicts.size(), open->conflicts.size());

  report.warnings = resolved_structure_warnings(project, objects, *open, effects);
  git::PackWriter pack = project.new_pack();
  OperationDraft draft;
  draft.id = make_ulid(host.now(), host.random());
  draft.kind = "continue";
  draft.summary = fmt::format("{}, {} conflict{} resolved", open->version, open->conflicts.size(),
                              open->conflicts.size() == 1 ? "" : "s");
  draft.continues = open->operation;
  draft.from = draft.to = SyncedVersion{open->to, open->version};
  draft.decisions = report.decisions;
  draft.effects = std::move(effects);
  if (auto effect = text_effect(lock_path(), project.lock_file(), write_lock(lock)))
    draft.effects.push_back(std::move(*effect));
  if (auto effect = open_pull_effect(workspace, host, std::nullopt))
    draft.effects.push_back(std::move(*effect));
  report.operation = draft.id;
  report.snapshot = snapshot_name(draft.id);
  const Texts texts = texts_of(decider.sides(), *open);
  run_operation(project, objects, pack, std::move(draft));
  remember(project, texts);
  report.result = PullResult::updated;
  return report;
}

}  // namespace ddx
