#include "ddx/status.hpp"

#include <set>

#include "ddx/error.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/conflict_decider.hpp"
#include "sync/pull_plan.hpp"
#include "sync/three_sides.hpp"
#include "sync/upstream_view.hpp"
#include "transaction/recover.hpp"

namespace ddx {

std::string_view to_string(ResourceState state) {
  switch (state) {
    case ResourceState::in_sync:
      return "in sync";
    case ResourceState::customized:
      return "customized";
    case ResourceState::behind:
      return "behind";
    case ResourceState::both:
      return "both";
    case ResourceState::conflict:
      return "conflict";
    case ResourceState::local_only:
      return "local only";
    case ResourceState::deleted_here:
      return "deleted here";
    case ResourceState::stale:
      return "reverted or stale";
  }
  return {};
}

namespace {

ResourceState state_of(const Sides& sides) {
  if (!sides.base && !sides.theirs) return ResourceState::local_only;
  if (sides.here == sides.theirs) return ResourceState::in_sync;
  const bool upstream_moved = sides.theirs != sides.base;
  if (sides.here == sides.base) return ResourceState::behind;
  if (upstream_moved) return ResourceState::both;
  return sides.here ? ResourceState::customized : ResourceState::deleted_here;
}

/// The conflicts of the open pull, by the names under which their files are.
class OpenFiles {
 public:
  OpenFiles(Project& project, StatusReport& report) {
    open_ = read_open_pull(project.workspace, project.host);
    if (!open_) return;
    report.open_operation = open_->operation;
    const git::Objects objects = project.objects(nullptr);
    ConflictDecider decider(project, objects, *open_);
    for (const OpenConflict& conflict : open_->conflicts) {
      const bool decided = decider.as_it_stands(conflict).decided;
      (decided ? report.decided_conflicts : report.open_conflicts).push_back(conflict.conflict.path);
      files_.emplace(decider.sides().place(conflict), File{&conflict, decided});
    }
  }

  /// Leaves one line for each conflict, with what the end of the pull will make of it.
  void settle(std::map<RelPath, Sides>& table, bool knows_theirs) const {
    for (const auto& [path, file] : files_) {
      const Conflict& conflict = file.conflict->conflict;
      Sides& sides = table[path];
      for (const auto& other : {std::optional(conflict.path), file.conflict->old_path, conflict.their_path,
                                file.conflict->base_path}) {
        if (!other || other == path || files_.contains(*other)) continue;
        const auto found = table.find(*other);
        if (found == table.end()) continue;
        if (found->second.theirs && knows_theirs) sides.theirs = found->second.theirs;
        const bool waits_there = other == file.conflict->old_path && !file.conflict->marked && !file.decided;
        if (!found->second.here || waits_there) table.erase(found);
      }
      if (!file.decided) continue;
      sides.base = conflict.theirs;
      if (!knows_theirs) sides.theirs = conflict.theirs;
    }
  }

  [[nodiscard]] bool waits(const RelPath& path) const {
    const auto found = files_.find(path);
    return found != files_.end() && !found->second.decided;
  }

 private:
  struct File {
    const OpenConflict* conflict;
    bool decided;
  };

  std::optional<OpenPull> open_;
  std::map<RelPath, File> files_;
};

/// The newest upstream that can be had: asked, or the last fetch when it cannot be asked.
std::optional<UpstreamView> look_upstream(Project& project, const StatusRequest& request,
                                          StatusReport& report) {
  if (request.network == Network::online) {
    try {
      auto view = reach_upstream(project, std::nullopt, Network::online);
      report.asked_upstream = true;
      return view;
    } catch (const Error& error) {
      const int exit = exit_code(error.code());
      if (exit < 4 || exit > 6) throw;
      report.upstream_problem = error;
    }
  }
  const auto known = project.known_upstream();
  if (!known || !known->last_fetch(project.workspace.project)) return std::nullopt;
  return reach_upstream(project, std::nullopt, Network::offline);
}

std::string version_of(const Lock& lock, const LockEntry& entry, const StatusReport& report,
                       const std::optional<UpstreamView>& view) {
  if (!entry.commit || *entry.commit == lock.commit)
    return report.current ? report.current->version : std::string();
  return view ? version_name(*entry.commit, view->branch, view->tags) : entry.commit->short_str();
}

void describe_points(Project& project, const std::optional<UpstreamView>& view, StatusReport& report) {
  if (view) {
    report.upstream = view->point;
    report.fetched_at = view->fetched_at;
  }
  if (!project.lock || !project.lock->pulled()) return;
  const Oid commit = project.lock->commit;
  const Follow follow = parse_follow(project.lock->ref);
  const auto* branch = std::get_if<BranchName>(&follow);
  report.current = UpstreamPoint{commit,
                                 version_name(commit, branch != nullptr ? branch->str() : "",
                                              view ? view->tags : decltype(view->tags){}),
                                 std::nullopt};
  if (!view) return;
  const git::Objects objects = project.objects(&view->repository);
  if (objects.contains(commit)) report.current->date = git::read_commit(objects, commit).commit_date;
  const auto walk = view->repository.commits_between(commit, view->point.commit, 10'000);
  if (walk.complete && walk.doubtful.empty()) report.behind = static_cast<int>(walk.commits.size());
}

}  // namespace

StatusReport status(const Workspace& workspace, const StatusRequest& request, Host& host) {
  Project project = open_project(workspace, host);
  StatusReport report;
  report.url = project.config.url.str();
  report.follow = project.config.follow;
  report.path = project.config.path;
  report.pending_recovery = pending_operations(workspace, host);

  const OpenFiles open(project, report);
  const std::optional<UpstreamView> view = look_upstream(project, request, report);
  describe_points(project, view, report);

  std::optional<std::vector<git::TreeFile>> theirs;
  if (view && !is_up_to_date(project, *view))
    theirs = list_upstream(project, project.objects(&view->repository), view->tree).files;

  WorkTreeSide here(project.folder, project.tree, project.repository, workspace.prefix, LineEnds::as_git);
  auto table = three_sides(project.lock.value_or(Lock{}), here, theirs);
  open.settle(table, theirs.has_value());
  std::set<RelPath> known;
  for (const auto& [path, sides] : table) known.insert(path);
  const ChosenPaths chosen(project, request.paths, known);
  for (const auto& [path, sides] : table) {
    if (!chosen.contains(path)) continue;
    ResourceStatus resource{path, open.waits(path) ? ResourceState::conflict : state_of(sides), {}};
    if (project.lock) {
      const auto entry = project.lock->files.find(path);
      if (entry != project.lock->files.end())
        resource.version = version_of(*project.lock, entry->second, report, view);
    }
    report.resources.push_back(std::move(resource));
  }
  return report;
}

}  // namespace ddx
