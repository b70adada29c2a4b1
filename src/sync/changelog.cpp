#include "sync/changelog.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"

namespace ddx {

namespace {

/// More than a person reads; the report says when there are more.
constexpr std::size_t longest_changelog = 500;

std::string followed_branch(const std::string& ref) {
  const Follow follow = parse_follow(ref);
  const auto* branch = std::get_if<BranchName>(&follow);
  return branch != nullptr ? branch->str() : std::string();
}

}  // namespace

std::optional<UpstreamPoint> pulled_point(const Project& project, const UpstreamView& view,
                                          const git::Objects& objects) {
  if (!project.lock || !project.lock->pulled()) return std::nullopt;
  std::string branch = followed_branch(project.lock->ref);
  if (branch.empty()) branch = view.branch;
  UpstreamPoint point{project.lock->commit, version_name(project.lock->commit, branch, view.tags),
                      std::nullopt};
  if (objects.contains(point.commit)) point.date = git::read_commit(objects, point.commit).commit_date;
  return point;
}

void add_changelog(const Project& project, const UpstreamView& view, const git::Objects& objects,
                   const PullRequest& request, PullReport& report) {
  if (!report.from || report.from->commit == report.to.commit) return;
  const auto walk = view.repository.commits_between(report.from->commit, report.to.commit, longest_changelog);
  const bool same_ref = project.lock->ref == describe(view.follow) &&
                        project.lock->url == project.config.url.str() && !request.to;
  if (!walk.from_is_ancestor && walk.complete && same_ref && !request.accept_rewritten)
    throw Error(ErrorCode::upstream_rewritten,
                fmt::format("upstream's history was rewritten: {} is not part of {} any more",
                            report.from->version, report.to.version),
                {{Recovery::accept_rewritten}});
  report.commits_complete = walk.complete && walk.doubtful.empty() && walk.commits.size() < longest_changelog;
  for (const Oid& id : walk.commits) {
    if (walk.doubtful.contains(id)) continue;
    const git::CommitInfo commit = git::read_commit(objects, id);
    report.commits.push_back({id, commit.author, commit.email, commit.subject(), commit.author_date});
  }
}

}  // namespace ddx
