#include "sync/execute_pull.hpp"

#include <fmt/format.h>

#include <set>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "sync/base_reader.hpp"
#include "sync/commit_step.hpp"
#include "sync/disk_plan.hpp"
#include "sync/open_pull.hpp"

namespace ddx {

namespace {

std::string summary_of(const PullReport& report) {
  const std::string target =
      report.from ? fmt::format("{} → {}", report.from->version, report.to.version) : report.to.version;
  return fmt::format("{}, {} file{}", target, report.changes.size(), report.changes.size() == 1 ? "" : "s");
}

std::string commit_message(const Project& project, const PullReport& report, const PullRequest& request) {
  const std::string subject =
      request.message.empty() ? fmt::format("ddx: update {} to {}", project.config.path, report.to.version)
                              : request.message;
  return fmt::format("{}\n\nDdx-Upstream: {}\nDdx-Commit: {}\n", subject, project.config.url.str(),
                     report.to.commit.str());
}

void add_files(Project& project, const git::Objects& objects, const PullPlan& plan, const PullFrame& frame,
               OperationDraft& draft) {
  draft.effects = disk_effects(project, objects, plan.files, LineEnds::as_git);
  if (auto lock = text_effect(lock_path(), project.lock_file(), write_lock(plan.lock)))
    draft.effects.push_back(std::move(*lock));
  if (!frame.config) return;
  const Here here = project.folder.look(config_path());
  const auto before = here.occupant == Occupant::file ? std::optional(here.file) : std::nullopt;
  if (auto config = text_effect(config_path(), before, frame.config))
    draft.effects.push_back(std::move(*config));
}

/// Records what the pull left alone for the user to decide, so that giving up or rolling back brings it back.
void add_witnesses(Project& project, const std::vector<OpenConflict>& conflicts, OperationDraft& draft) {
  std::set<RelPath> known;
  for (const Effect& effect : draft.effects) known.insert(effect.recorded.path);
  for (const OpenConflict& conflict : conflicts) {
    for (const auto& path :
         {std::optional(conflict.conflict.path), conflict.old_path, conflict.conflict.their_path}) {
      if (!path || !known.insert(project.tree.join(*path)).second) continue;
      const Here here = project.folder.look(project.tree.join(*path));
      const auto now = here.occupant == Occupant::file ? std::optional(here.file) : std::nullopt;
      draft.effects.push_back({{Place::project, project.tree.join(*path), now, now, std::nullopt}, {}});
    }
  }
}

void add_open_pull(Project& project, const PullPlan& plan, OperationDraft& draft) {
  auto conflicts = open_conflicts(plan.files, draft.effects, project.tree);
  if (conflicts.empty()) return;
  // What upstream's new name is taken by is not the user's decision.
  for (OpenConflict& conflict : conflicts) {
    if (!conflict.old_path || conflict.left) continue;
    const Here here = project.folder.look(project.tree.join(conflict.conflict.path));
    if (here.occupant == Occupant::file) conflict.left = here.file;
  }
  add_witnesses(project, conflicts, draft);
  const OpenPull open{draft.id, plan.report.to.commit, plan.report.to.version, plan.settings.labels,
                      std::move(conflicts)};
  if (auto effect = open_pull_effect(project.workspace, project.host, open))
    draft.effects.push_back(std::move(*effect));
}

void add_project_commit(Project& project, UpstreamView& view, const git::Objects& objects,
                        git::PackWriter& pack, const PullPlan& plan, const PullRequest& request,
                        const PullFrame& frame, OperationDraft& draft) {
  const std::vector<git::TreeFile> theirs = list_upstream(project, objects, view.tree).files;
  CommitInputs inputs;
  inputs.rows = [&](const Lock& lock, Ours& ours) {
    return rows_against(project, plan.landing->on(lock, plan.chosen), ours, {theirs, objects, plan.chosen});
  };
  inputs.advance = [&](const std::optional<Lock>& lock, const std::vector<FilePlan>& plans) {
    const auto landed = lock ? std::optional(plan.landing->on(*lock, plan.chosen)) : std::nullopt;
    return advanced_lock(project, view, landed, plans, plan.partial);
  };
  std::vector<std::string> known;  // the plan for the disk has warned of them
  inputs.base_bytes = BaseReader(project, view.repository, view.follow, objects, request.network, &known);
  if (project.folder.look(config_path()).occupant == Occupant::file)
    inputs.config_before = project.folder.bytes(config_path());
  inputs.config_after = frame.config ? frame.config : inputs.config_before;
  inputs.message = commit_message(project, plan.report, request);
  add_commit(project, objects, pack, plan.settings, inputs, draft);
}

/// The files are safe by now, so a failure here is told and no more: the next pull finds the same.
void close_contributions(Project& project, const Landing& landing) {
  try {
    ContributionRecords records(project.workspace, project.host);
    for (ContributionRecord record : landing.landed()) {
      record.state = ContributionRecord::State::closed;
      record.landed = true;
      records.put(std::move(record));
    }
    for (ContributionRecord record : landing.taken_back()) {
      record.state = ContributionRecord::State::closed;
      record.offers.clear();
      records.put(std::move(record));
    }
  } catch (const std::exception& error) {
    project.host.events.warning(
        fmt::format("the contributions that landed stay open here: {}", error.what()));
  }
}

void tell(Project& project, const OperationOutcome& outcome, const std::string& id) {
  if (outcome.commit_left_out)
    project.host.events.warning("HEAD moved meanwhile: the files are updated, the commit was left out");
  for (const std::string& path : outcome.index_left)
    project.host.events.warning(
        fmt::format("'{}' was staged differently meanwhile; the index keeps that", path));
  for (const RelPath& path : outcome.late_edits)
    project.host.events.warning(
        fmt::format("'{}' was still written to after it was replaced; what was written is in "
                    "'{}'",
                    path.str(), (project.workspace.state_dir() / "done" / id).string()));
}

}  // namespace

PullReport execute_pull(Project& project, UpstreamView& view, const git::Objects& objects, PullPlan plan,
                        const PullRequest& request, const PullFrame& frame) {
  const bool dry_run = request.dry_run == DryRun::yes;
  if (plan.report.needs_confirmation && !dry_run)
    throw Error(ErrorCode::confirmation_needed, plan.report.warnings.back(), {{Recovery::confirm_with_yes}});
  git::PackWriter pack = project.new_pack();
  OperationDraft draft;
  draft.id = make_ulid(project.host.now(), project.host.random());
  draft.kind = frame.kind;
  draft.summary = summary_of(plan.report);
  if (plan.report.from) draft.from = SyncedVersion{plan.report.from->commit, plan.report.from->version};
  draft.to = SyncedVersion{plan.report.to.commit, plan.report.to.version};
  draft.decisions = plan.report.decisions;
  add_files(project, objects, plan, frame, draft);
  add_open_pull(project, plan, draft);

  PullReport report = plan.report;
  if (draft.effects.empty()) {
    report.result = PullResult::up_to_date;
    return report;
  }
  if (request.commit.value_or(project.config.commit))
    add_project_commit(project, view, objects, pack, plan, request, frame, draft);
  if (dry_run) return report;
  view.repository.keep(view.point.commit, project.host);
  const std::string id = draft.id;
  const OperationOutcome outcome = run_operation(project, objects, pack, std::move(draft));
  tell(project, outcome, id);
  report.result = report.conflicts.empty() ? PullResult::updated : PullResult::conflicts;
  report.operation = id;
  report.snapshot = snapshot_name(id);
  report.commit = outcome.commit;
  close_contributions(project, *plan.landing);
  return report;
}

}  // namespace ddx
