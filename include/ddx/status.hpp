#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/error.hpp"
#include "ddx/pull.hpp"

namespace ddx {

enum class ResourceState { in_sync, customized, behind, both, conflict, local_only, deleted_here, stale };
/// `in sync`, `customized`, `behind`, `both`, `conflict`, `local only`, `deleted here`, `reverted or stale`
[[nodiscard]] std::string_view to_string(ResourceState state);

struct ResourceStatus {
  RelPath path;
  ResourceState state = ResourceState::in_sync;
  std::string version;  ///< of its base; empty for a local-only file
};

struct StatusRequest {
  std::vector<std::string> paths;
  Network network = Network::online;
};

struct StatusReport {
  std::string url;
  Follow follow;
  std::string path;                       ///< the local tree
  std::optional<UpstreamPoint> current;   ///< none before the first pull
  std::optional<UpstreamPoint> upstream;  ///< the newest that is known; none if never fetched
  std::optional<int> behind;  ///< commits between the two; none if the history at hand cannot tell
  std::optional<std::chrono::sys_seconds> fetched_at;
  bool asked_upstream = false;             ///< false when offline or when upstream could not be asked
  std::optional<Error> upstream_problem;   ///< why it could not be asked
  std::vector<ResourceStatus> resources;   ///< every path of base, here or upstream, sorted
  std::string open_operation;              ///< id of the pull that waits for `--continue`, or empty
  std::vector<RelPath> open_conflicts;     ///< of that pull, those that nobody decided about yet
  std::vector<RelPath> decided_conflicts;  ///< and the others
  std::vector<std::string>
      pending_recovery;  ///< operations that a crash left; the next changing command ends them
  std::vector<std::string> warnings;
};

/// Compares base, here and upstream. Changes nothing but caches and fetched objects; never blocks on a
/// writer. An upstream that cannot be asked is a fact in the report, not an exception.
StatusReport status(const Workspace& workspace, const StatusRequest& request, Host& host);

}  // namespace ddx
