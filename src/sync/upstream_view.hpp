#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/pull.hpp"
#include "git/tree_listing.hpp"
#include "git/upstream_repository.hpp"
#include "sync/project.hpp"

namespace ddx {

/// The upstream at one commit: fetched, checked as a whole, and reduced to what the project selects.
struct UpstreamView {
  git::UpstreamRepository repository;
  UpstreamPoint point;
  std::string branch;
  std::vector<std::pair<std::string, Oid>> tags;
  std::optional<std::chrono::sys_seconds> fetched_at;
  Oid root;       ///< the commit's tree
  Oid tree;       ///< of it, at the configured subtree
  Follow follow;  ///< what was asked for
};

/// Asks the upstream for what the config (or `to`) follows; offline, takes what the last fetch brought.
/// \throws Error (never_fetched offline; whatever `UpstreamRepository::fetch` throws; subtree_not_found)
[[nodiscard]] UpstreamView reach_upstream(Project& project, const std::optional<std::string>& to,
                                          Network network);

/// The same for a branch that a contribution is meant for; what is followed is not asked, and what was
/// fetched of it stays known. \param target  none: the branch that is followed, or else the default one
[[nodiscard]] UpstreamView reach_target(Project& project, const std::optional<BranchName>& target,
                                        Network network);

struct UpstreamFiles {
  std::vector<git::TreeFile> files;  ///< selected ones, sorted
  std::vector<std::string> submodules;
  std::vector<std::string> warnings;
};

/// Checks the whole tree (names, types, limits) and lists what is selected of it.
/// \throws Error (upstream_unsafe, upstream_too_big, upstream_damaged)
[[nodiscard]] UpstreamFiles list_upstream(Project& project, const git::Objects& objects, const Oid& tree);

/// The digest of what is selected, as the lock records it.
[[nodiscard]] std::string selection_digest(const Config& config);

}  // namespace ddx
