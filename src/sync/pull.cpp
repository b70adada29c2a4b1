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

UpstreamView reach(Project& project, const PullRequest& request) {
  try {
    return reach_upstream(project, request.to, request.network);
  } catch (const Error& error) {
    const bool is_unreachable =
        error.code() == ErrorCode::network || error.code() == ErrorCode::network_timeout;
    const auto known = project.known_upstream();
    if (!is_unreachable || request.to || !known || !known->last_fetch(project.workspace.project)) throw;
    throw error.with_step({Recovery::use_offline});
  }
}

PullReport pull_unlocked(const Workspace& workspace, const PullRequest& request, Host& host) {
  refuse_foreign_index(workspace, host);
  refuse_while_open(workspace, host);
  Project project = open_project(workspace, host);
  UpstreamView view = reach(project, request);
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
