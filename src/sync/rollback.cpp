#include "ddx/rollback.hpp"

#include <fmt/format.h>

#include <set>

#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "ddx/error.hpp"
#include "snapshot/store.hpp"
#include "sync/begin_changes.hpp"
#include "sync/disk_plan.hpp"
#include "sync/open_pull.hpp"
#include "sync/operation_history.hpp"
#include "sync/restore.hpp"
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
}

RollbackReport rollback_unlocked(const Workspace& workspace, const RollbackRequest& request, Host& host) {
  refuse_foreign_index(workspace, host);
  refuse_while_open(workspace, host);
  Project project = open_for_rollback(workspace, host);
  const auto upstream = project.known_upstream();
  const git::Objects objects = project.objects(upstream ? &*upstream : nullptr);
  git::PackWriter pack = project.new_pack();
  RollbackPlan plan = plan_rollback(project, objects, request);

  RollbackReport report;
  describe(plan, report);
  report.result = RollbackResult::planned;
  if (!plan.conflicts.empty()) report.result = RollbackResult::conflicts;
  if (plan.conflicts.empty() && plan.effects.empty()) report.result = RollbackResult::nothing_to_do;
  if (request.dry_run == DryRun::yes || report.result != RollbackResult::planned) return report;

  OperationDraft draft;
  draft.id = make_ulid(host.now(), host.random());
  draft.kind = "rollback";
  draft.summary = plan.summary;
  if (!plan.partial) draft.undoes = plan.undoes;
  draft.effects = std::move(plan.effects);
  if (request.commit.value_or(false)) add_rollback_commit(project, objects, pack, plan, request, draft);
  report.operation = draft.id;
  report.snapshot = snapshot_name(draft.id);
  const OperationOutcome outcome = run_operation(project, objects, pack, std::move(draft));
  report.commit = outcome.commit;
  if (outcome.commit_left_out) report.warnings.push_back("HEAD moved meanwhile: the commit was left out");
  report.result = RollbackResult::rolled_back;
  return report;
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
  const std::vector<OperationRecord> records =
      read_records(workspace, repository, git::Objects({repository.objects_folder()}));
  const std::set<std::string> undone = undone_operations(records);
  std::vector<OperationSummary> list;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    list.push_back({record->id, record->kind, record->created, record->summary, snapshot_name(record->id),
                    static_cast<int>(files_touched(*record)), undone.contains(record->id)});
  }
  return list;
}

RollbackReport rollback(const Workspace& workspace, const RollbackRequest& request, Host& host) {
  if (request.dry_run == DryRun::yes) {
    report_pending(workspace, host);
    return rollback_unlocked(workspace, request, host);
  }
  const WriterLock writer = begin_changes(workspace, host);
  return rollback_unlocked(workspace, request, host);
}

}  // namespace ddx
