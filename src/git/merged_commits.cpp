#include "git/merged_commits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "git/handle.hpp"

namespace ddx::git {

std::vector<Oid> commits_merged_by(const ProjectRepository& repository, const CommitInfo& merge,
                                   std::size_t most) {
  std::vector<Oid> commits;
  if (merge.parents.size() < 2) return commits;
  const std::string doing = fmt::format("look at what commit {} merged", merge.id.short_str());
  const auto walk = acquire<RevwalkHandle>(doing, git_revwalk_new, repository.raw());
  check(git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME), doing);
  const git_oid own = to_git(merge.parents.front());
  check(git_revwalk_hide(walk.get(), &own), doing);
  for (std::size_t i = 1; i < merge.parents.size(); ++i) {
    const git_oid other = to_git(merge.parents[i]);
    check(git_revwalk_push(walk.get(), &other), doing);
  }
  git_oid id;
  while (commits.size() < most && git_revwalk_next(&id, walk.get()) == 0) commits.push_back(from_git(id));
  std::ranges::reverse(commits);
  return commits;
}

}  // namespace ddx::git
