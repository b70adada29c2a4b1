#include "sync/rollback_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/config_text.hpp"
#include "ddx/error.hpp"
#include "snapshot/store.hpp"
#include "sync/commit_step.hpp"
#include "sync/left_markers.hpp"
#include "sync/operation_history.hpp"
#include "sync/restore.hpp"
#include "sync/restore_plan.hpp"
#include "sync/rollback_target.hpp"
#include "sync/snapshot_check.hpp"
#include "sync/undo_plan.hpp"

namespace ddx {

namespace {

/// The rows hold what was on disk; HEAD and the index hold it with the line ends that git stores.
std::vector<Row> rows_as_stored(const Project& project, const git::Objects& objects, std::vector<Row> rows) {
  for (Row& row : rows) {
    for (std::optional<Version>* version : {&row.base, &row.theirs}) {
      if (!*version || (*version)->mode == Mode::link || !objects.contains((*version)->blob)) continue;
      const std::string path = project.workspace.prefix + project.tree.join(row.path).str();
      const auto stored = project.repository.to_git(path, objects.blob((*version)->blob));
      if (stored && objects.contains(git::hash_blob(*stored))) (*version)->blob = git::hash_blob(*stored);
    }
  }
  return rows;
}

std::optional<std::string> config_on_disk(Project& project) {
  if (project.folder.look(config_path()).occupant != Occupant::file) return std::nullopt;
  return project.folder.bytes(config_path());
}

/// Below this many files connecting again costs nothing.
constexpr std::size_t files_worth_asking = 20;

void confirm_undoing_init(const RollbackPlan& plan) {
  if (plan.changes.size() < files_worth_asking) return;
  throw Error(
      ErrorCode::confirmation_needed,
      fmt::format("the last operation is the init itself: undoing it removes {} files and the configuration",
                  plan.changes.size()),
      {{Recovery::confirm_with_yes}, {Recovery::list_targets}});
}

bool is_of_the_lock(const Error& error) {
  return error.code() == ErrorCode::lock_damaged || error.code() == ErrorCode::lock_conflicted ||
         error.code() == ErrorCode::lock_too_new;
}

/// What the lock's header names, by the name that an operation knew it by.
std::optional<SyncedVersion> synced_version(const std::vector<OperationRecord>& records,
                                            const std::optional<Lock>& lock) {
  if (!lock || !lock->pulled()) return std::nullopt;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    for (const auto& known : {record->to, record->from}) {
      if (known && known->commit == lock->commit) return known;
    }
  }
  return SyncedVersion{lock->commit, lock->commit.short_str()};
}

std::optional<Lock> lock_to_come(const Project& project, const RollbackPlan& plan) {
  for (const Effect& effect : plan.effects) {
    if (!is_lock_file(effect.recorded)) continue;
    if (!effect.content) return std::nullopt;
    return parse_lock(effect.content(), ".ddx.lock of the target");
  }
  return project.lock;
}

std::string summary_of_undo(const std::vector<OperationRecord>& operations, bool partial) {
  const OperationRecord& last = operations.front();
  if (operations.size() > 1) return fmt::format("{} operations undone", operations.size());
  return fmt::format("{} undone{} ({})", last.kind, partial ? " in part" : "", last.summary);
}

void plan_target(Project& project, const git::Objects& objects, const RecordedStates& states,
                 const RollbackRequest& request, RollbackPlan& plan) {
  const RollbackTarget target = find_target(states, *request.to);
  plan.target = target.name();
  plan.partial = !request.paths.empty();
  plan.summary = fmt::format("to the state {} {}", target.after ? "after" : "of", target.name());
  plan_restore(project, objects, recorded_state(project, objects, target), request.paths, plan);
  if (target.after && request.paths.empty())
    reopen(objects, read_record(project.workspace, project.repository, objects, target.id), plan);
  for (std::string& warning : left_marker_warnings(project, objects, states.operations.whole, plan.effects))
    plan.warnings.push_back(std::move(warning));
}

void plan_last(Project& project, const git::Objects& objects, const Records& records,
               const RollbackRequest& request, RollbackPlan& plan) {
  const auto operations = OperationHistory(records).last(request.steps);
  for (const OperationRecord& operation : operations) plan.undoes.push_back(operation.id);
  plan.partial = !request.paths.empty();
  plan.summary = summary_of_undo(operations, plan.partial);
  plan_undo(project, objects, operations, request.paths, plan);
  const bool whole_init =
      !plan.partial && std::any_of(operations.begin(), operations.end(),
                                   [](const OperationRecord& record) { return record.kind == "init"; });
  if (whole_init && !request.assume_yes && request.dry_run == DryRun::no) confirm_undoing_init(plan);
}

}  // namespace

ChangeKind kind_of(const RecordedEffect& effect) {
  if (!effect.before) return ChangeKind::added;
  if (!effect.after) return ChangeKind::deleted;
  return effect.before->bytes == effect.after->bytes ? ChangeKind::mode : ChangeKind::modified;
}

Project open_for_rollback(const Workspace& workspace, Host& host, const RollbackRequest& request) {
  try {
    return open_project(workspace, host);
  } catch (const Error& error) {
    if (is_of_the_lock(error) && request.to && request.paths.empty())
      return {workspace, host, load_config(workspace, host), ReadLock::no};
    if (error.code() != ErrorCode::no_config) throw;
  }
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const git::Objects objects({repository.objects_folder()});
  const std::vector<OperationRecord> records = read_records(workspace, repository, objects).whole;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    for (const RecordedEffect& effect : record->effects) {
      const auto& text = effect.before ? effect.before : effect.after;
      if (effect.place != Place::project || effect.path != config_path() || !text) continue;
      return {workspace, host, config_from_text(objects.blob(text->bytes), ".ddx.yml", host), ReadLock::yes};
    }
  }
  return open_project(workspace, host);
}

RollbackPlan plan_rollback(Project& project, const git::Objects& objects, const RollbackRequest& request) {
  const RecordedStates states = read_states(project.workspace, project.repository, objects);
  try {
    RollbackPlan plan;
    if (request.to) {
      plan_target(project, objects, states, request, plan);
    } else {
      plan_last(project, objects, states.operations, request, plan);
    }
    require_content(plan.effects);
    plan.from = synced_version(states.operations.whole, project.lock);
    plan.to = synced_version(states.operations.whole, lock_to_come(project, plan));
    return plan;
  } catch (const Error& error) {
    if (exit_code(error.code()) != exit_code(ErrorCode::snapshot_damaged)) throw;
    throw with_whole_targets(error, project, objects, states.snapshots);
  }
}

void add_rollback_commit(Project& project, const git::Objects& objects, git::PackWriter& pack,
                         const RollbackPlan& plan, const RollbackRequest& request, OperationDraft& draft) {
  CommitInputs inputs;
  inputs.rows = [&](const Lock&, Ours&) { return rows_as_stored(project, objects, plan.rows); };
  inputs.advance = [&](const std::optional<Lock>& lock, const std::vector<FilePlan>& files) {
    std::vector<RelPath> paths;
    for (const FilePlan& file : files) paths.push_back(file.change.path);
    return lock_before_files(lock, plan.locks, paths, request.paths.empty());
  };
  inputs.base_bytes = [&](const Version& base) { return objects.blob(base.blob); };
  inputs.config_before = inputs.config_after = config_on_disk(project);
  for (const Effect& effect : draft.effects) {
    if (effect.recorded.place != Place::project || effect.recorded.path != config_path()) continue;
    inputs.config_after = effect.content ? std::optional(effect.content()) : std::nullopt;
  }
  inputs.message = (request.message.empty() ? "ddx: roll back " + plan.summary : request.message) + "\n";
  add_commit(project, objects, pack, MergeSettings{}, inputs, draft);
}

}  // namespace ddx
