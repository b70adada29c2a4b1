#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ddx/pull.hpp"
#include "merge/plan.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/offered.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// A pull as a value: the dry run prints its report, the real run executes its files and its lock.
struct PullPlan {
  std::vector<FilePlan> files;
  Lock lock;          ///< what `.ddx.lock` will say
  PullReport report;  ///< without ids of what was not done yet
  MergeSettings settings;
  ChosenPaths chosen;
  std::shared_ptr<const Landing> landing;  ///< what upstream took of what was contributed
  bool partial = false;                    ///< PATH… was given: the lock's header stays
};

/// What merging needs to know besides the versions, from config, request and git's settings.
[[nodiscard]] MergeSettings merge_settings(const Project& project, const std::vector<SideRule>& asked,
                                           bool whole_file, const UpstreamPoint& from,
                                           const UpstreamPoint& to);

/// Whether lock and config agree that `view` is what was pulled last, for every file.
[[nodiscard]] bool is_up_to_date(const Project& project, const UpstreamView& view);

/// \throws Error (upstream_unsafe…, upstream_rewritten, confirmation_needed, path_unknown, path_ambiguous)
[[nodiscard]] PullPlan plan_pull(Project& project, UpstreamView& view, const git::Objects& objects,
                                 const PullRequest& request);

/// Upstream's side of a merge: what it has, where its content is, and which of it was asked for.
struct UpstreamSide {
  const std::vector<git::TreeFile>& files;
  const git::Objects& objects;
  const ChosenPaths& chosen;
};

/// The rows of upstream against some lock, renames joined. Either name of a renamed file selects both.
[[nodiscard]] std::vector<Row> rows_against(const Project& project, const Lock& lock, Ours& ours,
                                            const UpstreamSide& upstream);

/// `old` after `plans` were carried out on it.
[[nodiscard]] Lock advanced_lock(const Project& project, const UpstreamView& view,
                                 const std::optional<Lock>& old, const std::vector<FilePlan>& plans,
                                 bool partial);

}  // namespace ddx
