#include "sync/restore_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ddx/error.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/disk_plan.hpp"
#include "sync/restore.hpp"

namespace ddx {

namespace {

std::optional<Version> as_version(const std::optional<RecordedFile>& file) {
  if (!file) return std::nullopt;
  return Version{file->bytes, file->mode};
}

/// The folders above a path, the nearest first, down to but without the local tree.
std::vector<RelPath> folders_above(const RelPath& path, const RelPath& tree) {
  std::vector<RelPath> folders;
  for (std::string_view parent = path.parent(); parent.size() > tree.str().size();) {
    folders.push_back(RelPath::parse(parent));
    parent = parent.substr(0, folders.back().parent().size());
  }
  return folders;
}

/// The snapshot before the operation with its effects on top.
SnapshotTree state_after(const git::Objects& objects, const OperationRecord& record) {
  SnapshotTree state = read_snapshot(objects, record.snapshot).tree;
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place != Place::project || is_witness(effect)) continue;
    if (effect.after) {
      state.files.insert_or_assign(effect.path, *effect.after);
    } else {
      state.files.erase(effect.path);
    }
  }
  std::set<RelPath> empty(state.empty_folders.begin(), state.empty_folders.end());
  for (const RelPath& folder : record.folders_removed) empty.erase(folder);
  empty.insert(record.folders_made.begin(), record.folders_made.end());
  std::erase_if(empty, [&](const RelPath& folder) {
    const auto next = state.files.upper_bound(folder);
    return std::any_of(next, state.files.end(),
                       [&](const auto& file) { return file.first.is_below(folder); }) ||
           std::any_of(record.folders_made.begin(), record.folders_made.end(),
                       [&](const RelPath& made) { return made != folder && made.is_below(folder); });
  });
  state.empty_folders.assign(empty.begin(), empty.end());
  return state;
}

class Restoring {
 public:
  Restoring(Project& project, const SnapshotTree& state, const SnapshotTree& now)
      : tree_(project.tree), state_(state), now_(now) {}

  [[nodiscard]] WantedFiles files() const {
    WantedFiles wanted;
    for (const auto& [path, file] : state_.files) wanted.emplace(path, file);
    for (const auto& [path, file] : now_.files) wanted.try_emplace(path, std::nullopt);
    return wanted;
  }

  /// Empty folders that go, and those above them that would be left empty.
  [[nodiscard]] std::vector<RelPath> folders_removed(const ChosenPaths& chosen) const {
    std::set<RelPath> removed;
    const std::set<RelPath> stays = folders_of(state_);
    for (const RelPath& folder : now_.empty_folders) {
      if (stays.contains(folder) || !is_chosen(folder, chosen)) continue;
      removed.insert(folder);
      for (const RelPath& above : folders_above(folder, tree_)) {
        if (!stays.contains(above)) removed.insert(above);
      }
    }
    return {removed.begin(), removed.end()};
  }

  /// Empty folders that come, and those above them that are not there: undoing has to know them all.
  [[nodiscard]] std::vector<RelPath> folders_made(const ChosenPaths& chosen) const {
    std::set<RelPath> made;
    const std::set<RelPath> there = folders_of(now_);
    for (const RelPath& folder : state_.empty_folders) {
      const bool is_empty = std::binary_search(now_.empty_folders.begin(), now_.empty_folders.end(), folder);
      if (is_empty || !is_chosen(folder, chosen)) continue;  // one with files goes with them, and comes again
      made.insert(folder);
      for (const RelPath& above : folders_above(folder, tree_)) {
        if (!there.contains(above)) made.insert(above);
      }
    }
    return {made.begin(), made.end()};
  }

 private:
  [[nodiscard]] bool is_chosen(const RelPath& folder, const ChosenPaths& chosen) const {
    const auto inner = folder.relative_to(tree_);
    return inner ? chosen.contains(*inner) : chosen.everything();
  }

  [[nodiscard]] std::set<RelPath> folders_of(const SnapshotTree& state) const {
    std::set<RelPath> folders(state.empty_folders.begin(), state.empty_folders.end());
    for (const RelPath& folder : state.empty_folders) {
      for (RelPath& above : folders_above(folder, tree_)) folders.insert(std::move(above));
    }
    for (const auto& [path, file] : state.files) {
      for (RelPath& above : folders_above(path, tree_)) {
        if (!folders.insert(std::move(above)).second) break;
      }
    }
    return folders;
  }

  const RelPath& tree_;
  const SnapshotTree& state_;
  const SnapshotTree& now_;
};

void report_skipped(const SnapshotTree& now, const std::vector<RelPath>& blocked, RollbackPlan& plan) {
  for (const std::string& path : now.skipped)
    plan.warnings.push_back(
        fmt::format("'{}' is a repository of its own or no file: it was left alone", path));
  for (const RelPath& path : blocked)
    plan.warnings.push_back(fmt::format("'{}' could not be restored: something is in its place", path.str()));
}

}  // namespace

SnapshotTree recorded_state(const Project& project, const git::Objects& objects,
                            const RollbackTarget& target) {
  if (target.after) {
    const OperationRecord record = read_record(project.workspace, project.repository, objects, target.id);
    if (record.forgotten)
      throw Error(ErrorCode::no_such_target,
                  fmt::format("operation {} holds no state any more: its snapshot was deleted", target.id),
                  {{Recovery::list_targets}});
    return state_after(objects, record);
  }
  const auto commit = project.repository.reference(snapshot_ref(project.workspace, target.id));
  if (!commit)
    throw Error(ErrorCode::no_such_target, fmt::format("snapshot {} is gone", target.name()),
                {{Recovery::list_snapshots}});
  return read_snapshot(objects, *commit).tree;
}

void plan_restore(Project& project, const git::Objects& objects, const SnapshotTree& state,
                  const std::vector<std::string>& arguments, RollbackPlan& plan) {
  SnapshotInput input{"", "", project.tree, {}, project.lock ? &*project.lock : nullptr};
  for (const auto& [path, file] : state.files) input.also.push_back(path);
  const SnapshotTree now = state_on_disk(project.workspace, project.repository, project.folder, input);
  const Restoring restoring(project, state, now);
  WantedFiles wanted = restoring.files();
  std::set<RelPath> known;
  for (const auto& [path, file] : wanted) {
    if (const auto inner = path.relative_to(project.tree)) known.insert(*inner);
  }
  for (const RelPath& folder : state.empty_folders) {
    if (const auto inner = folder.relative_to(project.tree)) known.insert(*inner);
  }
  const ChosenPaths chosen(project, arguments, known);
  if (const auto lock = state.files.find(lock_path()); lock != state.files.end())
    plan.locks.before = recorded_lock(objects, lock->second, "of the target");
  std::erase_if(wanted, [&](const auto& entry) {
    const auto inner = entry.first.relative_to(project.tree);
    return inner ? !chosen.contains(*inner) : !chosen.everything();
  });
  std::vector<RelPath> blocked;
  plan.effects = effects_to_reach(project, objects, wanted, &blocked);
  plan.folders_removed = restoring.folders_removed(chosen);
  plan.folders_made = restoring.folders_made(chosen);
  report_skipped(now, blocked, plan);
  std::vector<RelPath> paths;
  for (const Effect& effect : plan.effects) {
    const auto inner = effect.recorded.path.relative_to(project.tree);
    if (!inner) continue;
    plan.changes.push_back({*inner, std::nullopt, kind_of(effect.recorded), ChangeClass::updated});
    plan.rows.push_back(
        {*inner, std::nullopt, as_version(effect.recorded.before), as_version(effect.recorded.after)});
    paths.push_back(*inner);
  }
  if (chosen.everything()) return;
  const auto lock = lock_before_files(project.lock, plan.locks, paths, false);
  const auto text = lock ? std::optional(write_lock(*lock)) : std::nullopt;
  if (auto effect = text_effect(lock_path(), project.lock_file(), text))
    plan.effects.push_back(std::move(*effect));
}

void reopen(const git::Objects& objects, const OperationRecord& record, RollbackPlan& plan) {
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place != Place::state || !effect.after) continue;
    plan.effects.push_back({{Place::state, effect.path, std::nullopt, effect.after, std::nullopt},
                            [&objects, id = effect.after->bytes] { return objects.blob(id); }});
  }
}

}  // namespace ddx
