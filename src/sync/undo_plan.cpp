#include "sync/undo_plan.hpp"

#include <fmt/format.h>

#include <set>

#include "sync/chosen_paths.hpp"
#include "sync/disk_plan.hpp"
#include "sync/restore.hpp"

namespace ddx {

namespace {

std::optional<Version> as_version(const std::optional<RecordedFile>& file) {
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

const RecordedEffect* lock_effect(const OperationRecord& record) {
  const auto found = std::find_if(record.effects.begin(), record.effects.end(), is_lock_file);
  return found == record.effects.end() ? nullptr : &*found;
}

/// The work tree as the steps planned so far would leave it.
class PlannedSide : public Ours {
 public:
  struct File {
    std::optional<Version> version;
    std::optional<std::string> bytes;  ///< none: in a store
  };

  PlannedSide(Ours& disk, const git::Objects& objects) : disk_(disk), objects_(objects) {}

  void apply(const FilePlan& plan) {
    if (plan.action == FilePlan::Action::remove) files_[plan.change.path] = {};
    if (plan.action == FilePlan::Action::write) files_[plan.change.path] = {plan.result, plan.bytes};
  }
  [[nodiscard]] const std::map<RelPath, File>& files() const { return files_; }

  State at(const RelPath& path, const std::optional<Version>& base) override {
    const auto planned = files_.find(path);
    if (planned == files_.end()) return disk_.at(path, base);
    State state;
    if (!planned->second.version) return state;
    state.occupant = Occupant::file;
    state.version = planned->second.version;
    state.disk = OnDisk{state.version->blob, state.version->mode};
    return state;
  }
  std::string content(const RelPath& path, const Version& version) override {
    const auto planned = files_.find(path);
    if (planned == files_.end()) return disk_.content(path, version);
    return planned->second.bytes ? *planned->second.bytes : objects_.blob(version.blob);
  }
  bool empties(const RelPath& folder, const std::set<RelPath>& going) override {
    std::set<RelPath> gone = going;
    for (const auto& [path, file] : files_) {
      if (!file.version) gone.insert(path);
      if (file.version && path.is_below(folder) && !going.contains(path)) return false;
    }
    return disk_.empties(folder, gone);
  }
  std::vector<RelPath> added(const InBase& in_base) override {
    std::vector<RelPath> found =
        disk_.added([&](const RelPath& path) { return in_base(path) || files_.contains(path); });
    for (const auto& [path, file] : files_) {
      if (file.version && !in_base(path)) found.push_back(path);
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  std::vector<RelPath> twins(const RelPath& path) override { return disk_.twins(path); }

 private:
  Ours& disk_;
  const git::Objects& objects_;
  std::map<RelPath, File> files_;
};

class Undoing {
 public:
  Undoing(Project& project, const git::Objects& objects, RollbackPlan& plan)
      : project_(project),
        objects_(objects),
        plan_(plan),
        disk_(project.folder, project.tree, project.repository, project.workspace.prefix, LineEnds::raw),
        side_(disk_, objects),
        lock_(project.lock) {
    settings_.labels = {"yours", "before the rollback", "after the rollback"};
  }

  void step(const OperationRecord& record, const ChosenPaths& chosen) {
    std::vector<Row> rows = rows_of(record, project_.tree);
    std::erase_if(rows, [&](const Row& row) { return !chosen.contains(row.path); });
    Planner planner(side_, objects_, settings_,
                    [&](const Version& base) { return objects_.blob(base.blob); });
    for (const FilePlan& file : planner.plan(rows)) {
      if (file.conflict) plan_.conflicts.push_back(*file.conflict);
      if (file.action != FilePlan::Action::nothing || file.conflict)
        changes_.insert_or_assign(file.change.path, file.change);
      side_.apply(file);
    }
    if (chosen.everything()) undo_config(record);
    undo_lock(record, rows, chosen.everything());
    plan_.rows = std::move(rows);
  }

  void finish(std::size_t steps) {
    for (const auto& [path, file] : side_.files()) add_effect(path, file);
    std::map<RelPath, ChangeKind> done;
    for (const Effect& effect : plan_.effects) done.emplace(*effect.recorded.entry, kind_of(effect.recorded));
    std::set<RelPath> open;
    for (const Conflict& conflict : plan_.conflicts) open.insert(conflict.path);
    for (auto& [path, change] : changes_) {
      const auto effect = done.find(path);
      if (effect == done.end() && !open.contains(path)) continue;
      if (steps > 1 && effect != done.end()) change.kind = effect->second;
      plan_.changes.push_back(std::move(change));
    }
    for (Effect& effect : effects_to_reach(project_, objects_, config_))
      plan_.effects.push_back(std::move(effect));
    if (!lock_changed_) return;
    const auto text = lock_ ? std::optional(write_lock(*lock_)) : std::nullopt;
    if (auto effect = text_effect(lock_path(), project_.lock_file(), text))
      plan_.effects.push_back(std::move(*effect));
  }

 private:
  void add_effect(const RelPath& path, const PlannedSide::File& file) {
    const RelPath full = project_.tree.join(path);
    const Here here = project_.folder.look(full);
    const auto now = here.occupant == Occupant::file ? std::optional(here.file) : std::nullopt;
    Effect effect{{Place::project, full, now, std::nullopt, path}, {}};
    if (file.version) {
      effect.recorded.after = RecordedFile(OnDisk{file.version->blob, file.version->mode});
      if (file.bytes) {
        effect.content = [bytes = *file.bytes] { return bytes; };
      } else {
        effect.content = [objects = &objects_, id = file.version->blob] { return objects->blob(id); };
      }
    }
    if (!is_witness(effect.recorded)) plan_.effects.push_back(std::move(effect));
  }

  /// The files beside the local tree (the config), where nobody edited them since.
  void undo_config(const OperationRecord& record) {
    for (const RecordedEffect& effect : record.effects) {
      if (effect.place != Place::project || is_lock_file(effect) || effect.path.relative_to(project_.tree))
        continue;
      const auto planned = config_.find(effect.path);
      std::optional<OnDisk> now;
      if (planned != config_.end()) {
        if (planned->second) now = *planned->second;
      } else if (const Here here = project_.folder.look(effect.path); here.occupant == Occupant::file) {
        now = here.file;
      }
      if (now == effect.after) {
        config_.insert_or_assign(effect.path, effect.before);
      } else if (now != effect.before) {
        plan_.warnings.push_back(fmt::format("'{}' was edited since; your version stays", effect.path.str()));
      }
    }
  }

  void undo_lock(const OperationRecord& record, const std::vector<Row>& rows, bool everything) {
    plan_.locks = {lock_, std::nullopt};
    const RecordedEffect* lock = lock_effect(record);
    if (lock == nullptr) return;
    plan_.locks = {recorded_lock(objects_, lock->before, "before the operation"),
                   recorded_lock(objects_, lock->after, "after the operation")};
    std::vector<RelPath> paths;
    for (const Row& row : rows) paths.push_back(row.path);
    lock_ = lock_before_files(lock_, plan_.locks, paths, everything);
    lock_changed_ = true;
  }

  Project& project_;
  const git::Objects& objects_;
  RollbackPlan& plan_;
  MergeSettings settings_;
  WorkTreeSide disk_;
  PlannedSide side_;
  std::optional<Lock> lock_;
  bool lock_changed_ = false;
  WantedFiles config_;
  std::map<RelPath, Change> changes_;
};

}  // namespace

void plan_undo(Project& project, const git::Objects& objects, const std::vector<OperationRecord>& operations,
               const std::vector<std::string>& arguments, RollbackPlan& plan) {
  std::set<RelPath> known;
  for (const OperationRecord& record : operations) {
    for (const Row& row : rows_of(record, project.tree)) known.insert(row.path);
  }
  const ChosenPaths chosen(project, arguments, known);
  Undoing undoing(project, objects, plan);
  for (const OperationRecord& record : operations) {
    undoing.step(record, chosen);
    if (!plan.conflicts.empty()) break;
  }
  undoing.finish(operations.size());
  for (auto record = operations.rbegin(); record != operations.rend(); ++record)
    recall_permissions(objects, *record, plan.effects);
}

}  // namespace ddx
