#include "sync/rollback_plan.hpp"

#include <fmt/format.h>

#include <set>

#include "config/config_text.hpp"
#include "config/lock_edit.hpp"
#include "ddx/error.hpp"
#include "snapshot/store.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/commit_step.hpp"
#include "sync/disk_plan.hpp"
#include "sync/operation_history.hpp"
#include "sync/restore.hpp"

namespace ddx {

namespace {

std::optional<Version> as_version(const std::optional<OnDisk>& file) {
  if (!file) return std::nullopt;
  return Version{file->bytes, file->mode};
}

/// What undoing the record means for the local tree: base is what the operation left, theirs what it found.
std::vector<Row> rows_of(const OperationRecord& record, const RelPath& tree) {
  std::vector<Row> rows;
  for (const RecordedEffect& effect : record.effects) {
    const auto path = effect.place == Place::project ? effect.path.relative_to(tree) : std::nullopt;
    if (path && !is_witness(effect))
      rows.push_back({*path, std::nullopt, as_version(effect.after), as_version(effect.before)});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.path < b.path; });
  return rows;
}

std::optional<Lock> lock_of(const git::Objects& objects, const std::optional<OnDisk>& file,
                            const char* when) {
  if (!file) return std::nullopt;
  return parse_lock(objects.blob(file->bytes), fmt::format(".ddx.lock {}", when));
}

const RecordedEffect* lock_effect(const OperationRecord& record) {
  const auto found = std::find_if(record.effects.begin(), record.effects.end(), is_lock_file);
  return found == record.effects.end() ? nullptr : &*found;
}

std::vector<RelPath> paths_of(const std::vector<Row>& rows) {
  std::vector<RelPath> paths;
  for (const Row& row : rows) paths.push_back(row.path);
  return paths;
}

struct LocksAround {
  const std::optional<Lock>&before, &after;
};

/// The lock with the bases of these files as they were before; the header goes back when everything does.
std::optional<Lock> lock_before_files(const std::optional<Lock>& current, const LocksAround& operation,
                                      const std::vector<RelPath>& paths, bool everything) {
  const std::optional<Lock>& before = operation.before;
  if (!before) {  // the operation made the first lock
    if (!current || everything) return std::nullopt;
    Lock lock = *current;
    for (const RelPath& path : paths) lock.files.erase(path);
    return lock;
  }
  Lock lock = current.value_or(*before);
  if (everything) {
    const Lock old = lock;
    lock = *before;
    for (const auto& [path, entry] : old.files) {
      const bool from_operation = operation.after && operation.after->files.contains(path);
      if (!from_operation && !before->files.contains(path)) restore_entry(lock, old, path);
    }
    return lock;
  }
  for (const RelPath& path : paths) restore_entry(lock, *before, path);
  return lock;
}

/// Undoes the effect on a file beside the local tree (the config) where nobody edited it since.
void undo_config(Project& project, const git::Objects& objects, const OperationRecord& record,
                 RollbackPlan& plan) {
  std::map<RelPath, std::optional<OnDisk>> wanted;
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place != Place::project || is_lock_file(effect) || effect.path.relative_to(project.tree))
      continue;
    const Here here = project.folder.look(effect.path);
    const auto now = here.occupant == Occupant::file ? std::optional(here.file) : std::nullopt;
    if (now == effect.after) {
      wanted[effect.path] = effect.before;
    } else if (now != effect.before) {
      plan.warnings.push_back(fmt::format("'{}' was edited since; your version stays", effect.path.str()));
    }
  }
  for (Effect& effect : effects_to_reach(project, objects, wanted)) plan.effects.push_back(std::move(effect));
}

void undo_record(Project& project, const git::Objects& objects, const OperationRecord& record,
                 const std::vector<std::string>& arguments, RollbackPlan& plan) {
  std::vector<Row> rows = rows_of(record, project.tree);
  std::set<RelPath> known;
  for (const Row& row : rows) known.insert(row.path);
  const ChosenPaths chosen(project, arguments, known);
  std::erase_if(rows, [&](const Row& row) { return !chosen.contains(row.path); });

  WorkTreeSide ours(project.folder, project.tree, project.repository, project.workspace.prefix,
                    LineEnds::raw);
  MergeSettings settings;
  settings.labels = {"yours", "before the rollback", "after the rollback"};
  Planner planner(ours, objects, settings, [&](const Version& base) { return objects.blob(base.blob); });
  const std::vector<FilePlan> files = planner.plan(rows);
  for (const FilePlan& file : files) {
    if (file.conflict) plan.conflicts.push_back(*file.conflict);
    if (file.action != FilePlan::Action::nothing || file.conflict) plan.changes.push_back(file.change);
  }
  plan.effects = disk_effects(project, objects, files, LineEnds::raw);
  if (chosen.everything()) undo_config(project, objects, record, plan);

  const RecordedEffect* lock = lock_effect(record);
  plan.lock_before = project.lock;
  if (lock != nullptr) {
    plan.lock_before = lock_of(objects, lock->before, "before the operation");
    plan.lock_after = lock_of(objects, lock->after, "after the operation");
    const auto wanted = lock_before_files(project.lock, {plan.lock_before, plan.lock_after}, paths_of(rows),
                                          chosen.everything());
    const auto text = wanted ? std::optional(write_lock(*wanted)) : std::nullopt;
    if (auto effect = text_effect(lock_path(), project.lock_file(), text))
      plan.effects.push_back(std::move(*effect));
  }
  plan.rows = std::move(rows);
}

/// The recorded state after an operation: the snapshot before it with its effects on top.
std::map<RelPath, std::optional<OnDisk>> state_after(const git::Objects& objects,
                                                     const OperationRecord& record) {
  std::map<RelPath, std::optional<OnDisk>> state;
  for (const auto& [path, file] : read_snapshot(objects, record.snapshot)) state[path] = file;
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place == Place::project) state[effect.path] = effect.after;
  }
  return state;
}

ChangeKind kind_of(const RecordedEffect& effect) {
  if (!effect.before) return ChangeKind::added;
  if (!effect.after) return ChangeKind::deleted;
  return effect.before->bytes == effect.after->bytes ? ChangeKind::mode : ChangeKind::modified;
}

void restore_exactly(Project& project, const git::Objects& objects,
                     std::map<RelPath, std::optional<OnDisk>> wanted,
                     const std::vector<std::string>& arguments, RollbackPlan& plan) {
  SnapshotInput input{"", "", project.tree, {}, project.lock ? &*project.lock : nullptr};
  for (const auto& [path, file] :
       files_to_snapshot(project.workspace, project.repository, project.folder, input))
    wanted.try_emplace(path, std::nullopt);  // not in the recorded state: it goes, into the snapshot
  std::set<RelPath> known;
  for (const auto& [path, file] : wanted) {
    if (const auto inner = path.relative_to(project.tree)) known.insert(*inner);
  }
  const ChosenPaths chosen(project, arguments, known);
  if (const auto lock = wanted.find(lock_path()); lock != wanted.end())
    plan.lock_before = lock_of(objects, lock->second, "of the target");
  std::erase_if(wanted, [&](const auto& entry) {
    const auto inner = entry.first.relative_to(project.tree);
    return inner ? !chosen.contains(*inner) : !chosen.everything();
  });
  require_content(objects, wanted);
  plan.effects = effects_to_reach(project, objects, wanted);
  for (const Effect& effect : plan.effects) {
    const auto inner = effect.recorded.path.relative_to(project.tree);
    if (!inner) continue;
    plan.changes.push_back({*inner, std::nullopt, kind_of(effect.recorded), ChangeClass::updated});
    plan.rows.push_back(
        {*inner, std::nullopt, as_version(effect.recorded.before), as_version(effect.recorded.after)});
  }
  if (chosen.everything()) return;
  const auto lock =
      lock_before_files(project.lock, {plan.lock_before, plan.lock_after}, paths_of(plan.rows), false);
  const auto text = lock ? std::optional(write_lock(*lock)) : std::nullopt;
  if (auto effect = text_effect(lock_path(), project.lock_file(), text))
    plan.effects.push_back(std::move(*effect));
}

/// A pull that ended with conflicts is open again when its state is restored.
void reopen(const git::Objects& objects, const OperationRecord& record, RollbackPlan& plan) {
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place != Place::state || !effect.after) continue;
    plan.effects.push_back({{Place::state, effect.path, std::nullopt, effect.after, std::nullopt},
                            [&objects, id = effect.after->bytes] { return objects.blob(id); }});
  }
}

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

}  // namespace

Project open_for_rollback(const Workspace& workspace, Host& host) {
  try {
    return open_project(workspace, host);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_config) throw;
  }
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const git::Objects objects({repository.objects_folder()});
  const std::vector<OperationRecord> records = read_records(workspace, repository, objects);
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
  const std::vector<OperationRecord> records = read_records(project.workspace, project.repository, objects);
  RollbackPlan plan;
  if (request.to) {
    const bool snapshot = request.to->starts_with(snapshot_name(""));
    const OperationRecord& record =
        find_operation(records, snapshot ? request.to->substr(snapshot_name("").size()) : *request.to);
    plan.target = *request.to;
    plan.summary = fmt::format("to {} {}", snapshot ? "the state before" : "the state after", record.id);
    std::map<RelPath, std::optional<OnDisk>> state;
    if (snapshot) {
      for (const auto& [path, file] : read_snapshot(objects, record.snapshot)) state[path] = file;
    } else {
      state = state_after(objects, record);
    }
    restore_exactly(project, objects, std::move(state), request.paths, plan);
    if (!snapshot && request.paths.empty()) reopen(objects, record, plan);
    return plan;
  }
  const OperationRecord last = last_undoable(records);
  plan.undoes = last.id;
  plan.partial = !request.paths.empty();
  plan.summary = fmt::format("{} undone{} ({})", last.kind, plan.partial ? " in part" : "", last.summary);
  undo_record(project, objects, last, request.paths, plan);
  if (last.kind == "init" && !plan.partial && !request.assume_yes && request.dry_run == DryRun::no)
    confirm_undoing_init(plan);
  return plan;
}

void add_rollback_commit(Project& project, const git::Objects& objects, git::PackWriter& pack,
                         const RollbackPlan& plan, const RollbackRequest& request, OperationDraft& draft) {
  CommitInputs inputs;
  inputs.rows = [&](const Lock&, Ours&) { return rows_as_stored(project, objects, plan.rows); };
  inputs.advance = [&](const std::optional<Lock>& lock, const std::vector<FilePlan>& files) {
    std::vector<RelPath> paths;
    for (const FilePlan& file : files) paths.push_back(file.change.path);
    return lock_before_files(lock, {plan.lock_before, plan.lock_after}, paths, request.paths.empty());
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
