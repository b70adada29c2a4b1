#include "sync/arrivals.hpp"

#include "git/tree.hpp"
#include "sync/contribution_text.hpp"

namespace ddx {

namespace {

/// How many of upstream's new commits are looked through.
constexpr std::size_t most_commits = 10'000;

}  // namespace

Arrivals::Arrivals(const Project& project, const UpstreamView& view, const git::Objects& objects,
                   const Sent& sent)
    : objects_(objects) {
  if (sent.empty() || !project.lock || !project.lock->pulled()) return;
  const auto walk = view.repository.commits_between(project.lock->commit, view.point.commit, most_commits);
  for (const Oid& id : walk.commits) look_at(git::read_commit(objects, id), project.config.subtree, sent);
}

void Arrivals::look_at(const git::CommitInfo& commit, const std::string& subtree, const Sent& sent) {
  commits_.insert(commit.id);
  if (auto change_id = change_id_of(commit.message)) change_ids_.insert(std::move(*change_id));
  const auto root = git::subtree_at(objects_, commit.tree, subtree);
  if (!root) return;
  for (const auto& [path, blobs] : sent) {
    if (held_.contains(path)) continue;
    if (const auto blob = blob_at(*root, path.str()); blob && blobs.contains(*blob))
      held_.emplace(path, *blob);
  }
}

std::optional<Oid> Arrivals::blob_at(const Oid& tree, std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return git::blob_in(objects_, tree, path);
  const auto folder = git::subtree_at(objects_, tree, path.substr(0, slash));
  if (!folder) return std::nullopt;
  const std::string_view below = path.substr(slash + 1);
  const auto [entry, is_new] = known_.try_emplace({*folder, std::string(below)});
  if (is_new) entry->second = blob_at(*folder, below);
  return entry->second;
}

bool Arrivals::has(const ContributionRecord& record) const {
  return commits_.contains(record.commit) || change_ids_.contains(record.change_id);
}

std::optional<Oid> Arrivals::held(const RelPath& path) const {
  const auto found = held_.find(path);
  return found != held_.end() ? std::optional(found->second) : std::nullopt;
}

}  // namespace ddx
