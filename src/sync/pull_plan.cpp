#include "sync/pull_plan.hpp"

#include <fmt/format.h>

#include <set>

#include "config/lock_edit.hpp"
#include "config/selection.hpp"
#include "ddx/error.hpp"
#include "merge/join_renames.hpp"
#include "sync/base_reader.hpp"
#include "sync/changelog.hpp"
#include "sync/disk_plan.hpp"
#include "sync/file_kinds.hpp"
#include "sync/moved_folders.hpp"
#include "sync/structure_warnings.hpp"
#include "sync/submodules.hpp"
#include "sync/upstream_changes.hpp"

namespace ddx {

namespace {

/// Below this many files a pull that deletes most of them is no accident worth asking about.
constexpr std::size_t mass_deletion_files = 20;

std::set<RelPath> known_paths(const Lock& lock, const std::vector<git::TreeFile>& theirs) {
  std::set<RelPath> known;
  for (const auto& [path, entry] : lock.files) known.insert(path);
  for (const git::TreeFile& file : theirs) known.insert(file.path);
  return known;
}

bool is_mass_deletion(const Lock& lock, const std::vector<FilePlan>& plans) {
  const auto removals =
      static_cast<std::size_t>(std::count_if(plans.begin(), plans.end(), [](const FilePlan& plan) {
        return plan.action == FilePlan::Action::remove;
      }));
  return removals >= mass_deletion_files && 2 * removals > lock.files.size();
}

void append(std::vector<std::string>& texts, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(texts));
}

void describe(PullPlan& plan) {
  for (const FilePlan& file : plan.files) {
    plan.report.changes.push_back(file.change);
    if (file.conflict) plan.report.conflicts.push_back(*file.conflict);
    if (!file.decision.empty()) plan.report.decisions.push_back(file.decision);
  }
}

}  // namespace

MergeSettings merge_settings(const Project& project, const std::vector<SideRule>& asked, bool whole_file,
                             const UpstreamPoint& from, const UpstreamPoint& to) {
  MergeSettings settings;
  settings.policy = Policy(asked, project.config.conflicts, project.config.conflict);
  settings.whole_file = whole_file;
  settings.style = parse_conflict_style(project.repository.setting("merge.conflictstyle").value_or(""));
  settings.labels = {"yours", from.commit.is_null() ? "base" : "base " + from.commit.short_str(),
                     "upstream " + to.commit.short_str()};
  settings.attributes = [&project](const RelPath& path) {
    return git::attributes_of(project.repository, project.workspace.prefix + project.tree.join(path).str());
  };
  return settings;
}

/// A record that cannot be read must not keep upstream's changes away.
static std::vector<ContributionRecord> known_contributions(const Project& project,
                                                           std::vector<std::string>& warnings) {
  try {
    return ContributionRecords(project.workspace, project.host).all();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::state_damaged) throw;
    warnings.push_back(error.what());
    return {};
  }
}

bool is_up_to_date(const Project& project, const UpstreamView& view) {
  if (!project.lock || project.lock->commit != view.point.commit) return false;
  const Lock& lock = *project.lock;
  if (lock.url != project.config.url.str() || lock.ref != describe(view.follow) ||
      lock.subtree != project.config.subtree || lock.selection != selection_digest(project.config))
    return false;
  return std::none_of(lock.files.begin(), lock.files.end(),
                      [](const auto& entry) { return entry.second.commit.has_value(); });
}

std::vector<Row> rows_against(const Project& project, const Lock& lock, Ours& ours,
                              const UpstreamSide& upstream) {
  std::vector<Row> rows = changed_rows(lock, upstream.files);
  const Selection selection(project.config.include, project.config.exclude);
  const PatternList protect(project.config.protect);
  std::erase_if(rows, [&](const Row& row) {
    return !row.theirs &&
           !selection.contains(row.upstream_path.value_or(row.path));  // excluded since: the file stays
  });
  for (Row& row : rows) row.held_back = !protect.empty() && protect.matches(row.path);
  join_renames(rows, lock, ours, upstream.objects);
  for (Row& row : rows) row.held_back = row.held_back || (!protect.empty() && protect.matches(row.path));
  mark_twins(rows, upstream.files, ours);
  const auto is_chosen = [&](const std::optional<RelPath>& name) {
    return name && upstream.chosen.contains(*name);
  };
  std::erase_if(rows, [&](const Row& row) {
    return !is_chosen(row.path) && !is_chosen(row.old_path) && !is_chosen(row.base_path) &&
           !is_chosen(row.upstream_path) && !is_chosen(row.displaces);
  });
  return rows;
}

Lock advanced_lock(const Project& project, const UpstreamView& view, const std::optional<Lock>& old,
                   const std::vector<FilePlan>& plans, bool partial) {
  Lock lock = old.value_or(Lock{});
  if (!partial || !old) {
    lock.url = project.config.url.str();
    lock.ref = describe(view.follow);
    lock.subtree = project.config.subtree;
    lock.selection = selection_digest(project.config);
  }
  if (partial) {  // the commit stays: for the other files nothing is known yet
    move_bases(lock, old.value_or(Lock{}), plans, view.point.commit);
    return lock;
  }
  lock.commit = view.point.commit;
  lock.tree = view.tree;
  const Selection selection(project.config.include, project.config.exclude);
  std::erase_if(lock.files, [&](const auto& entry) {
    return !selection.contains(entry.second.upstream_path.value_or(entry.first));
  });
  for (auto& [path, entry] : lock.files) entry.commit.reset();  // no row: its base is what upstream has now
  move_bases(lock, old.value_or(Lock{}), plans, view.point.commit);
  return lock;
}

PullPlan plan_pull(Project& project, UpstreamView& view, const git::Objects& objects,
                   const PullRequest& request) {
  PullPlan plan;
  PullReport& report = plan.report;
  report.to = view.point;
  report.from = pulled_point(project, view, objects);
  report.result = PullResult::planned;
  UpstreamFiles theirs = list_upstream(project, objects, view.tree);
  report.submodules = std::move(theirs.submodules);
  report.warnings = std::move(theirs.warnings);
  const Lock old = project.lock.value_or(Lock{});
  plan.chosen = ChosenPaths(project, request.paths, known_paths(old, theirs.files));
  plan.partial = !plan.chosen.everything();
  MergeLookup lookup(project, request.network);
  plan.landing = std::make_shared<Landing>(project, view, objects, theirs.files,
                                           known_contributions(project, report.warnings), lookup);
  for (const ContributionRecord& record : plan.landing->landed())
    report.landed.push_back({record.change_id, record.title, record.branch, record.request.url});
  for (const ContributionRecord& record : plan.landing->taken_back())
    report.warnings.push_back(
        fmt::format("upstream took '{}' and then took it back: here it stays a customization", record.title));
  const Lock lock = plan.landing->on(old, plan.chosen);

  WorkTreeSide ours(project.folder, project.tree, project.repository, project.workspace.prefix,
                    LineEnds::as_git);
  const std::vector<Row> rows = rows_against(project, lock, ours, {theirs.files, objects, plan.chosen});
  for (std::string& warning : moved_folder_warnings(rows, lock, theirs.files, ours))
    report.warnings.push_back(std::move(warning));
  plan.settings = merge_settings(project, request.sides, request.whole_file,
                                 report.from.value_or(UpstreamPoint{}), view.point);
  Planner planner(
      ours, objects, plan.settings,
      BaseReader(project, view.repository, view.follow, objects, request.network, &report.warnings));
  plan.files = planner.plan(rows);
  name_submodules(project, plan.settings.policy, report.submodules, plan.files);
  append(report.warnings, note_file_kinds(project, objects, plan.files));
  append(report.warnings, merged_structure_warnings(plan.files, ours, objects));
  add_upstream_changes(project, view, objects, plan.files);
  plan.lock = advanced_lock(project, view, project.lock ? std::optional(lock) : std::nullopt, plan.files,
                            plan.partial);

  add_changelog(project, view, objects, request, report);
  describe(plan);
  if (is_mass_deletion(lock, plan.files)) {
    report.warnings.push_back(
        fmt::format("this deletes more than half of the {} files here", lock.files.size()));
    report.needs_confirmation = !request.assume_yes;
  }
  return plan;
}

}  // namespace ddx
