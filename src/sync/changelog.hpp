#pragma once

#include <optional>

#include "ddx/pull.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// What the lock says was pulled last. None before the first pull.
[[nodiscard]] std::optional<UpstreamPoint> pulled_point(const Project& project, const UpstreamView& view,
                                                        const git::Objects& objects);

/// Fills in the commits between the two points of the report.
/// \throws Error (upstream_rewritten) if the one is no ancestor of the other and nobody asked for that
void add_changelog(const Project& project, const UpstreamView& view, const git::Objects& objects,
                   const PullRequest& request, PullReport& report);

}  // namespace ddx
