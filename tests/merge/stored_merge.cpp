#include "merge/stored_merge.hpp"

#include "config/lock_file.hpp"
#include "merge/join_renames.hpp"

namespace ddx::test {

TreeFiles StoredMerge::result(TreeFiles ours) const {
  for (const auto& [path, version] : changes) {
    ours.erase(path);
    if (version) ours.emplace(path, *version);
  }
  return ours;
}

StoredMerge merge_stored(const git::Objects& objects, const TreeFiles& base, const TreeFiles& ours,
                         const TreeFiles& theirs, const MergeLabels& labels) {
  Lock lock;
  for (const auto& [path, version] : base) lock.files[path].base = version;
  std::vector<git::TreeFile> upstream;
  upstream.reserve(theirs.size());
  for (const auto& [path, version] : theirs) upstream.push_back({path, version});
  StoredSide side(ours, objects);
  std::vector<Row> rows = changed_rows(lock, upstream);
  join_renames(rows, lock, side, objects);
  mark_twins(rows, upstream, side);

  MergeSettings settings;
  settings.labels = labels;
  Planner planner(side, objects, settings,
                  [&](const Version& version) { return objects.blob(version.blob); });
  StoredMerge merge;
  merge.plans = planner.plan(rows);
  for (const FilePlan& plan : merge.plans) {
    if (plan.action == FilePlan::Action::remove) merge.changes[plan.change.path] = std::nullopt;
    if (plan.action != FilePlan::Action::write) continue;
    if (plan.change.old_path) merge.changes.emplace(*plan.change.old_path, std::nullopt);
    merge.changes[plan.change.path] = plan.result;
  }
  return merge;
}

}  // namespace ddx::test
