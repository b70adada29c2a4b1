#include "sync/rollback_plan.hpp"

#include <fmt/format.h>

#include <set>

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

const RelPath& lock_path() {
  static const RelPath path = RelPath::parse(".ddx.lock");
  return path;
}

std::optional<Version> as_version(const std::optional<OnDisk>& file) {
  if (!file) return std::nullopt;
  return Version{file->bytes, file->mode};
}

/// What undoing the record means for the local tree: base is what the operation left, theirs what it found.
std::vector<Row> rows_of(const OperationRecord& record, const RelPath& tree) {
  std::vector<Row> rows;
  for (const RecordedEffect& effect : record.effects) {
    const auto path = effect.place == Place::project ? effect.path.relative_to(tree) : std::nullopt;
    if (path && !is_witness(effect)) rows.push_back({*path, std::nullopt, as_version(effect.after), as_version(effect.before)});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.path < b.path; });
  return rows;
}

std::optional<Lock> lock_of(const git::Objects& objects, const std::optional<OnDisk>& file, const char* when) {
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

/// The lock with the bases of these files as they were before; the header goes back when everything does.
std::optional<Lock> lock_before_files(const std::optional<Lock>& current, const std::optional<Lock>& before,
                                      const std::vector<RelPath>& paths, bool everything) {
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
      const bool touched = std::binary_search(paths.begin(), paths.end(), path);
      if (!touched && !before->files.contains(path)) restore_entry(lock, old, path);
    }
    return lock;
  }
  for (const RelPath& path : paths) restore_entry(lock, *before, path);
  return lock;
}

/// Undoes the effect on a file beside the local tree (the config) where nobody edited it since.
void undo_config(Project& project, const git::Objects& objects, const OperationRecord& record, RollbackPlan& plan) {
  std::map<RelPath, std::optional<OnDisk>> wanted;
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place != Place::project || is_lock_file(effect) || effect.path.relative_to(project.tree)) continue;
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

  WorkTreeSide ours(project.folder, project.tree, project.repository, project.workspace.prefix, LineEnds::raw);
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
  if (lock != nullptr) {
    plan.lock_before = lock_of(objects, lock->before, "before the operation");
    const auto wanted = lock_before_files(project.lock, plan.lock_before, paths_of(rows), chosen.everything());
    const auto text = wanted ? std::optional(write_lock(*wanted)) : std::nullopt;
    if (auto effect = text_effect(lock_path(), project.lock_file(), text)) plan.effects.push_back(std::move(*effect));
  }
  plan.rows = std::move(rows);
}

/// The recorded state after an operation: the snapshot before it with its effects on top.
std::map<RelPath, std::optional<OnDisk>> state_after(const git::Objects& objects, const OperationRecord& record) {
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

void restore_exactly(Project& project, const git::Objects& objects, std::map<RelPath, std::optional<OnDisk>> wanted,
                     const std::vector<std::string>& arguments, RollbackPlan& plan) {
  SnapshotInput input{"", "", project.tree, {}, project.lock ? &*project.lock : nullptr};
  for (const auto& [path, file] : files_to_snapshot(project.workspace, project.repository, project.folder, input))
    wanted.try_emplace(path, std::nullopt);  // not in the recorded state: it goes, into the snapshot
  std::set<RelPath> known;
  for (const auto& [path, file] : wanted) {
    if (const auto inner = path.relative_to(project.tree)) known.insert(*inner);
  }
  const ChosenPaths chosen(project, arguments, known);
  std::erase_if(wanted, [&](const auto& entry) {
    const auto inner = entry.first.relative_to(project.tree);
    return inner ? !chosen.contains(*inner) : !chosen.everything();
  });
  require_content(objects, wanted);
  plan.effects = effects_to_reach(project, objects, wanted);
  for (const Effect& effect : plan.effects) {
    if (const auto inner = effect.recorded.path.relative_to(project.tree))
      plan.changes.push_back({*inner, std::nullopt, kind_of(effect.recorded), ChangeClass::updated});
  }
}

/// A pull that ended with conflicts is open again when its state is restored.
void reopen(const git::Objects& objects, const OperationRecord& record, RollbackPlan& plan) {
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place != Place::state || !effect.after) continue;
    plan.effects.push_back({{Place::state, effect.path, std::nullopt, effect.after, std::nullopt},
                            [&objects, id = effect.after->bytes] { return objects.blob(id); }});
  }
}

}  // namespace

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
  plan.summary = fmt::format("{} undone ({})", last.kind, last.summary);
  undo_record(project, objects, last, request.paths, plan);
  if (!request.paths.empty()) plan.undoes.clear();  // the rest of it still stands
  return plan;
}

void add_rollback_commit(Project& project, const git::Objects& objects, git::PackWriter& pack,
                         const RollbackPlan& plan, const RollbackRequest& request, OperationDraft& draft) {
  CommitInputs inputs;
  inputs.rows = [&](const Lock&, Ours&) { return plan.rows; };
  inputs.advance = [&](const std::optional<Lock>& lock, const std::vector<FilePlan>& files) {
    std::vector<RelPath> paths;
    for (const FilePlan& file : files) paths.push_back(file.change.path);
    return lock_before_files(lock, plan.lock_before, paths, request.paths.empty()).value_or(Lock{});
  };
  inputs.base_bytes = [&](const Version& base) { return objects.blob(base.blob); };
  inputs.config = project.folder.bytes(RelPath::parse(".ddx.yml"));
  inputs.message = (request.message.empty() ? "ddx: roll back " + plan.summary : request.message) + "\n";
  add_commit(project, objects, pack, MergeSettings{}, inputs, draft);
}

}  // namespace ddx
