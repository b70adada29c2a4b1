#include "ddx/rollback.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "ddx/error.hpp"
#include "snapshot/store.hpp"
#include "sync/begin_changes.hpp"
#include "sync/disk_plan.hpp"
#include "sync/open_conflicts.hpp"
#include "sync/open_pull.hpp"
#include "sync/operation_history.hpp"
#include "sync/restore.hpp"
#include "sync/roll_back.hpp"
#include "sync/rollback_plan.hpp"

namespace ddx {

std::string_view to_string(RollbackResult result) {
  switch (result) {
    case RollbackResult::nothing_to_do:
      return "nothing-to-do";
    case RollbackResult::planned:
      return "planned";
    case RollbackResult::rolled_back:
      return "rolled-back";
    case RollbackResult::conflicts:
      return "conflicts";
  }
  return {};
}

namespace {

std::size_t files_touched(const OperationRecord& record) {
  return static_cast<std::size_t>(
      std::count_if(record.effects.begin(), record.effects.end(), [](const RecordedEffect& effect) {
        return effect.place == Place::project && !is_lock_file(effect) && !is_witness(effect);
      }));
}

void describe(const RollbackPlan& plan, RollbackReport& report) {
  report.undone = plan.undoes;
  report.target = plan.target;
  report.changes = plan.changes;
  report.conflicts = plan.conflicts;
  report.warnings = plan.warnings;
  if (plan.from) report.from = plan.from->name;
  if (plan.to) report.to = plan.to->name;
  report.result = RollbackResult::planned;
  if (!plan.conflicts.empty()) report.result = RollbackResult::conflicts;
  if (plan.conflicts.empty() && plan.does_nothing()) report.result = RollbackResult::nothing_to_do;
}

OperationDraft draft_of(RollbackPlan& plan, std::string_view kind, Host& host) {
  OperationDraft draft;
  draft.id = make_ulid(host.now(), host.random());
  draft.kind = kind;
  draft.summary = plan.summary;
  draft.from = plan.from;
  draft.to = plan.to;
  if (!plan.partial) draft.undoes = plan.undoes;
  if (!plan.partial) draft.restores = plan.target;
  draft.effects = std::move(plan.effects);
  draft.folders_made = plan.folders_made;
  draft.folders_removed = plan.folders_removed;
  return draft;
}

std::vector<RecordedEffect> recorded(const OperationDraft& draft) {
  std::vector<RecordedEffect> effects;
  for (const Effect& effect : draft.effects) effects.push_back(effect.recorded);
  return effects;
}

void verify(const Project& project, const std::vector<RecordedEffect>& effects, RollbackReport& report) {
  report.differing = differing_files(project, effects);
  for (const RelPath& path : report.differing)
    report.warnings.push_back(
        fmt::format("'{}' is not as it was written: something changed it meanwhile", path.str()));
  const auto written = std::count_if(effects.begin(), effects.end(), [](const RecordedEffect& effect) {
    return effect.place == Place::project && effect.after && !is_witness(effect);
  });
  report.verified = static_cast<std::size_t>(written) -
                    std::min<std::size_t>(report.differing.size(), static_cast<std::size_t>(written));
}

/// Restoring a whole state needs nothing of an open pull, so it is also the way out of one that nobody can
/// read any more. \returns whether there is such a one
bool unreadable_open_pull(const Workspace& workspace, const RollbackRequest& request, Host& host) {
  try {
    refuse_while_open(workspace, host);
    return false;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::state_damaged || !request.to || !request.paths.empty()) throw;
    return true;
  }
}

RollbackReport roll_back_locked(const Workspace& workspace, const RollbackRequest& request,
                                std::string_view kind, Host& host) {
  refuse_foreign_index(workspace, host);
  const bool unreadable_open = unreadable_open_pull(workspace, request, host);
  Project project = open_for_rollback(workspace, host, request);
  const auto upstream = project.known_upstream();
  const git::Objects objects = project.objects(upstream ? &*upstream : nullptr);
  git::PackWriter pack = project.new_pack();
  RollbackPlan plan = plan_rollback(project, objects, request);
  if (unreadable_open) {
    if (auto effect = open_pull_effect(workspace, host, std::nullopt))
      plan.effects.push_back(std::move(*effect));
  }

  RollbackReport report;
  describe(plan, report);
  if (request.dry_run == DryRun::yes || report.result != RollbackResult::planned) return report;

  OperationDraft draft = draft_of(plan, kind, host);
  if (request.commit.value_or(false)) add_rollback_commit(project, objects, pack, plan, request, draft);
  report.operation = draft.id;
  report.snapshot = snapshot_name(draft.id);
  const std::vector<RecordedEffect> effects = recorded(draft);
  const OperationOutcome outcome = run_operation(project, objects, pack, std::move(draft));
  report.commit = outcome.commit;
  if (outcome.commit_left_out) report.warnings.push_back("HEAD moved meanwhile: the commit was left out");
  verify(project, effects, report);
  report.result = RollbackResult::rolled_back;
  return report;
}

std::string damage_of(const OperationRecord& record, const git::Objects& objects) {
  if (record.forgotten) return {};
  try {
    static_cast<void>(read_metadata(objects, record.snapshot));
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

Workspace find_rollback_workspace(const std::filesystem::path& start, Host& host) {
  const Workspace here = Workspace::at(start, host);
  const bool configured = std::filesystem::exists(here.config_file());
  const auto repository = git::ProjectRepository::open(here.worktree_root, host);
  if (!configured && !repository.references(here.ref_prefix() + "op/").empty()) return here;
  return Workspace::find(start, host);
}

std::vector<OperationSummary> list_operations(const Workspace& workspace, Host& host) {
  report_pending(workspace, host);
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const git::Objects objects({repository.objects_folder()});
  const Records records = read_records(workspace, repository, objects);
  const OperationHistory history(records);
  std::vector<OperationSummary> list;
  for (const OperationRecord& record : records.whole) {
    list.push_back({record.id, record.kind, record.created, record.summary,
                    record.forgotten ? "" : snapshot_name(record.id), static_cast<int>(files_touched(record)),
                    history.is_undone(record), damage_of(record, objects)});
  }
  for (const DamagedRecord& damaged : records.damaged) {
    list.push_back({damaged.id, "", ulid_time(damaged.id).value_or(std::chrono::sys_seconds{}), "",
                    snapshot_name(damaged.id), 0, false, damaged.why});
  }
  std::sort(list.begin(), list.end(),
            [](const OperationSummary& a, const OperationSummary& b) { return b.id < a.id; });
  return list;
}

RollbackReport roll_back(const Workspace& workspace, const RollbackRequest& request, std::string_view kind,
                         Host& host) {
  if (request.to && request.steps != 1)
    throw Error(ErrorCode::usage, "a target and a number of steps exclude each other");
  if (request.steps == 0) throw Error(ErrorCode::usage, "0 steps would undo nothing");
  if (request.steps > 1 && request.commit.value_or(false))
    throw Error(ErrorCode::usage, "several steps cannot be committed at once; undo them, then commit");
  if (request.dry_run == DryRun::yes) {
    report_pending(workspace, host);
    return roll_back_locked(workspace, request, kind, host);
  }
  const WriterLock writer = begin_changes(workspace, host);
  return roll_back_locked(workspace, request, kind, host);
}

RollbackReport rollback(const Workspace& workspace, const RollbackRequest& request, Host& host) {
  return roll_back(workspace, request, "rollback", host);
}

}  // namespace ddx
