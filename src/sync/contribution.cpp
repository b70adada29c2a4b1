#include "sync/contribution.hpp"

#include <set>

#include "config/selection.hpp"
#include "sync/base_reader.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/pull_plan.hpp"
#include "sync/three_sides.hpp"

namespace ddx {

namespace {

ChangeKind kind_of(const std::optional<Version>& before, const std::optional<Version>& after) {
  if (!before) return ChangeKind::added;
  if (!after) return ChangeKind::deleted;
  return before->blob == after->blob ? ChangeKind::mode : ChangeKind::modified;
}

class Planning {
 public:
  Planning(Project& project, UpstreamView& view, const git::Objects& objects, const PushRequest& request)
      : project_(project),
        objects_(objects),
        theirs_(list_upstream(project, objects, view.tree).files),
        here_(project.folder, project.tree, project.repository, project.workspace.prefix, LineEnds::as_git),
        base_(project, view.repository, view.follow, objects, request.network, &plan_.warnings),
        labels_from_(pulled(project)),
        labels_to_(view.point) {
    for (const git::TreeFile& file : theirs_) upstream_.emplace(file.path, file.version);
  }

  Contribution plan(const PushRequest& request, const std::vector<RelPath>& also) {
    choose(request, also);
    merge_changed();
    for (const RelPath& path : chosen_)
      if (!done_.contains(path)) take_as_it_is(path, table_.at(path));
    return std::move(plan_);
  }

 private:
  static UpstreamPoint pulled(const Project& project) {
    UpstreamPoint point;
    if (project.lock) point.commit = project.lock->commit;
    return point;
  }

  /// Where upstream has, or gets, what is at `path` here.
  [[nodiscard]] RelPath at_upstream(const RelPath& path) const {
    if (!project_.lock) return path;
    const auto entry = project_.lock->files.find(path);
    return entry != project_.lock->files.end() ? entry->second.upstream_path.value_or(path) : path;
  }

  void choose(const PushRequest& request, const std::vector<RelPath>& also) {
    table_ = three_sides(project_, here_, theirs_);
    std::set<RelPath> known;
    for (const auto& [path, sides] : table_) known.insert(path);
    const ChosenPaths asked(project_, request.paths, known);
    const Selection selection(project_.config.include, project_.config.exclude);
    const std::set<RelPath> wanted(also.begin(), also.end());
    for (const auto& [path, sides] : table_) {
      if (sides.here == sides.base) continue;
      if (!asked.contains(path) && !wanted.contains(at_upstream(path))) continue;
      if (!sides.base && !selection.contains(path)) continue;
      if (sides.here == sides.theirs) {
        plan_.already_there.push_back(path);
      } else {
        chosen_.insert(path);
      }
    }
  }

  /// The files that upstream changed too: what a pull would make of them.
  void merge_changed() {
    const Lock lock = project_.lock.value_or(Lock{});
    const ChosenPaths everything;
    std::vector<Row> rows = rows_against(project_, lock, here_, {theirs_, objects_, everything});
    std::erase_if(rows, [&](const Row& row) {
      return !chosen_.contains(row.at_ours()) && !chosen_.contains(row.in_lock()) &&
             !chosen_.contains(row.path);
    });
    for (Row& row : rows) row.held_back = false;
    MergeSettings settings = merge_settings(project_, {}, false, labels_from_, labels_to_);
    settings.policy = Policy({}, {}, Side::markers);  // whoever decides a conflict sees it first
    Planner planner(here_, objects_, settings, base_);
    for (const FilePlan& plan : planner.plan(rows)) take(plan);
  }

  void take(const FilePlan& plan) {
    const RelPath& ours = plan.change.old_path ? *plan.change.old_path : plan.change.path;
    for (const auto& name : {std::optional(ours), std::optional(plan.change.path), plan.base_path})
      if (name) done_.insert(*name);
    if (plan.conflict) {
      plan_.conflicts.push_back(*plan.conflict);
      return;
    }
    std::optional<Version> after = plan.here;
    std::string bytes;
    if (plan.action == FilePlan::Action::write) {
      after = plan.result;
      bytes = plan.bytes ? *plan.bytes : objects_.blob(plan.result.blob);
      if (plan.bytes) after->blob = git::hash_blob(bytes);
    } else if (after) {
      bytes = here_.content(ours, *after);
    }
    const bool renamed_since = plan.base_path.has_value();
    const RelPath to = renamed_since ? plan.change.path : plan.upstream_path.value_or(plan.change.path);
    if (renamed_since && plan.upstream_path && *plan.upstream_path != to)
      add(*plan.upstream_path, ours, std::nullopt, {}, plan.before, true);
    add(to, ours, after, std::move(bytes), plan.before, true);
  }

  /// Upstream has it as it was: it gets what is here.
  void take_as_it_is(const RelPath& path, const Sides& sides) {
    add(at_upstream(path), path, sides.here, sides.here ? here_.content(path, *sides.here) : std::string(),
        sides.base, false);
  }

  void add(const RelPath& to, const RelPath& here, const std::optional<Version>& after, std::string bytes,
           const std::optional<Version>& base, bool merged) {
    const auto found = upstream_.find(to);
    const auto before = found != upstream_.end() ? std::optional(found->second) : std::nullopt;
    if (before == after) {
      plan_.already_there.push_back(here);
      return;
    }
    plan_.files.insert_or_assign(to,
                                 ContributedFile{{to, here, kind_of(before, after), merged && before != base},
                                                 before,
                                                 after,
                                                 std::move(bytes),
                                                 base});
  }

  Project& project_;
  const git::Objects& objects_;
  Contribution plan_;
  std::vector<git::TreeFile> theirs_;
  std::map<RelPath, Version> upstream_;
  WorkTreeSide here_;
  BaseReader base_;
  UpstreamPoint labels_from_, labels_to_;
  std::map<RelPath, Sides> table_;
  std::set<RelPath> chosen_, done_;
};

}  // namespace

Contribution plan_contribution(Project& project, UpstreamView& view, const git::Objects& objects,
                               const PushRequest& request, const std::vector<RelPath>& also) {
  return Planning(project, view, objects, request).plan(request, also);
}

}  // namespace ddx
