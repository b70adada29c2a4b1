#include "sync/contribution.hpp"

#include <set>

#include "config/selection.hpp"
#include "lines/text_merge.hpp"
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

UpstreamPoint pulled(const Project& project) {
  UpstreamPoint point;
  if (project.lock) point.commit = project.lock->commit;
  return point;
}

MergeSettings settings_for(const Project& project, const UpstreamView& view) {
  MergeSettings settings = merge_settings(project, {}, false, pulled(project), view.point);
  settings.policy = Policy({}, {}, Side::markers);  // whoever decides a conflict sees it first
  return settings;
}

}  // namespace

/// The work on one state.
class ContributionPlanner::Merge {
 public:
  Merge(ContributionPlanner& planner, const LocalState& state)
      : project_(planner.project_),
        objects_(planner.objects_),
        theirs_(planner.theirs_),
        upstream_(planner.upstream_),
        base_(planner.base_),
        settings_(planner.settings_),
        lock_(state.lock),
        here_(state.here),
        table_(three_sides(lock_, here_, theirs_)) {}

  void choose(const std::vector<std::string>& paths, const std::vector<RelPath>& also) {
    std::set<RelPath> known;
    for (const auto& [path, sides] : table_) known.insert(path);
    const ChosenPaths asked(project_, paths, known);
    const std::set<RelPath> wanted(also.begin(), also.end());
    choose_if(
        [&](const RelPath& path) { return asked.contains(path) || wanted.contains(at_upstream(path)); });
  }

  void choose(const std::set<RelPath>& wanted) {
    choose_if(
        [&](const RelPath& path) { return wanted.contains(path) || wanted.contains(at_upstream(path)); });
  }

  Contribution plan() {
    merge_changed();
    for (const RelPath& path : chosen_)
      if (!done_.contains(path)) take_as_it_is(path, table_.at(path));
    return std::move(plan_);
  }

 private:
  /// Where upstream has, or gets, what is at `path` here.
  [[nodiscard]] RelPath at_upstream(const RelPath& path) const {
    const auto entry = lock_.files.find(path);
    return entry != lock_.files.end() ? entry->second.upstream_path.value_or(path) : path;
  }

  template <class IsWanted>
  void choose_if(IsWanted is_wanted) {
    const Selection selection(project_.config.include, project_.config.exclude);
    for (const auto& [path, sides] : table_) {
      if (sides.here == sides.base || !is_wanted(path)) continue;
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
    const ChosenPaths everything;
    std::vector<Row> rows = rows_against(project_, lock_, here_, {theirs_, objects_, everything});
    std::erase_if(rows, [&](const Row& row) {
      return !chosen_.contains(row.at_ours()) && !chosen_.contains(row.in_lock()) &&
             !chosen_.contains(row.path);
    });
    for (Row& row : rows) row.held_back = false;
    Planner planner(here_, objects_, settings_, [this](const Version& base) { return base_(base); });
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
    std::optional<std::string> apart;
    if (after && plan.here) apart = apart_from(to, bytes, plan.before, here_.content(ours, *plan.here));
    add(to, ours, after, std::move(bytes), plan.before, true);
    if (const auto added = plan_.files.find(to); added != plan_.files.end())
      added->second.apart = std::move(apart);
  }

  /// What of `bytes` is the contribution's own, on top of the base. Mostly that is what is here; but not
  /// where upstream has some of it already, which it may still take back.
  [[nodiscard]] std::optional<std::string> apart_from(const RelPath& to, const std::string& bytes,
                                                      const std::optional<Version>& base,
                                                      const std::string& here) const {
    const auto before = upstream_.find(to);
    if (!base || before == upstream_.end() || before->second.blob == base->blob) return std::nullopt;
    std::string apart = here;
    if (objects_.contains(base->blob)) {
      const std::string old = objects_.blob(base->blob), theirs = objects_.blob(before->second.blob);
      if (has_lines({old, theirs, bytes})) {
        TextMerge merge = merge_text(theirs, bytes, old, {});
        if (merge.clean) apart = std::move(merge.bytes);
      }
    }
    return apart == bytes ? std::nullopt : std::optional(std::move(apart));
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
  const std::vector<git::TreeFile>& theirs_;
  const std::map<RelPath, Version>& upstream_;
  BaseReader& base_;
  const MergeSettings& settings_;
  const Lock& lock_;
  Ours& here_;
  std::map<RelPath, Sides> table_;
  std::set<RelPath> chosen_, done_;
  Contribution plan_;
};

ContributionPlanner::ContributionPlanner(Project& project, UpstreamView& view, const git::Objects& objects,
                                         Network network)
    : project_(project),
      objects_(objects),
      theirs_(list_upstream(project, objects, view.tree).files),
      base_(project, view.repository, view.follow, objects, network, &warnings_),
      settings_(settings_for(project, view)) {
  for (const git::TreeFile& file : theirs_) upstream_.emplace(file.path, file.version);
}

Contribution ContributionPlanner::plan(const std::vector<std::string>& paths,
                                       const std::vector<RelPath>& also) {
  const Lock lock = project_.lock.value_or(Lock{});
  WorkTreeSide here(project_.folder, project_.tree, project_.repository, project_.workspace.prefix,
                    LineEnds::as_git);
  warnings_.clear();
  Merge merge(*this, {lock, here});
  merge.choose(paths, also);
  Contribution contribution = merge.plan();
  contribution.warnings = warnings_;
  return contribution;
}

Contribution ContributionPlanner::plan_state(const LocalState& state, const std::set<RelPath>& wanted) {
  Merge merge(*this, state);
  merge.choose(wanted);
  return merge.plan();
}

}  // namespace ddx
