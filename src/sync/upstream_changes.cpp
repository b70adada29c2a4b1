#include "sync/upstream_changes.hpp"

#include <map>

#include "git/last_changes.hpp"

namespace ddx {

namespace {

constexpr std::size_t longest_walk = 5'000;

/// Conflicts by upstream's path.
using Conflicts = std::map<std::string, Conflict*>;

std::string path_upstream(const Project& project, const FilePlan& plan) {
  const std::string path = plan.upstream_path.value_or(plan.change.path).str();
  return project.config.subtree.empty() ? path : project.config.subtree + "/" + path;
}

/// Where the file's base is from: files that earlier pulls left out are behind the others.
Oid base_commit(const Lock& lock, const FilePlan& plan) {
  const auto entry = lock.files.find(plan.base_path.value_or(plan.change.path));
  return entry == lock.files.end() ? lock.commit : entry->second.commit.value_or(lock.commit);
}

}  // namespace

void add_upstream_changes(const Project& project, const UpstreamView& view, const git::Objects& objects,
                          std::vector<FilePlan>& plans) {
  if (!project.lock || !project.lock->pulled()) return;
  std::map<Oid, Conflicts> by_base;
  for (FilePlan& plan : plans) {
    if (plan.conflict)
      by_base[base_commit(*project.lock, plan)].emplace(path_upstream(project, plan), &*plan.conflict);
  }
  for (const auto& [base, conflicts] : by_base) {
    std::set<std::string> paths;
    for (const auto& [path, conflict] : conflicts) paths.insert(path);
    const auto walk = view.repository.commits_between(base, view.point.commit, longest_walk);
    for (const auto& [path, id] : git::last_changes(objects, walk.commits, paths)) {
      const git::CommitInfo commit = git::read_commit(objects, id);
      conflicts.at(path)->changed = UpstreamChange{id, commit.author, commit.author_date};
    }
  }
}

}  // namespace ddx
