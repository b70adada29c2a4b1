#include "ddx/pull.hpp"

#include <fmt/format.h>

#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "ddx/error.hpp"
#include "sync/begin_changes.hpp"
#include "sync/execute_pull.hpp"
#include "sync/open_conflicts.hpp"

namespace ddx {

std::string_view to_string(PullResult result) {
  switch (result) {
    case PullResult::up_to_date:
      return "up-to-date";
    case PullResult::planned:
      return "planned";
    case PullResult::updated:
      return "updated";
    case PullResult::conflicts:
      return "conflicts";
  }
  return {};
}

namespace {

PullReport pull_unlocked(const Workspace& workspace, const PullRequest& request, Host& host) {
  refuse_foreign_index(workspace, host);
  refuse_while_open(workspace, host);
  Project project = open_project(workspace, host);
  UpstreamView view = reach_upstream(project, request.to, request.network);
  if (request.paths.empty() && is_up_to_date(project, view)) {
    PullReport report;
    report.to = view.point;
    report.from = view.point;
    return report;
  }
  const git::Objects objects = project.objects(&view.repository);
  PullPlan plan = plan_pull(project, view, objects, request);
  return execute_pull(project, view, objects, std::move(plan), request, {"pull", std::nullopt});
}

}  // namespace

PullReport pull(const Workspace& workspace, const PullRequest& request, Host& host) {
  if (request.dry_run == DryRun::yes) {
    report_pending(workspace, host);
    return pull_unlocked(workspace, request, host);
  }
  const WriterLock writer = begin_changes(workspace, host);
  return pull_unlocked(workspace, request, host);
}

}  // namespace ddx
