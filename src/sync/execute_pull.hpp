#pragma once

#include <optional>
#include <string>

#include "sync/pull_plan.hpp"

namespace ddx {

/// What differs between a pull and an init, which is a pull from nothing.
struct PullFrame {
  std::string kind;                   ///< of the operation
  std::optional<std::string> config;  ///< new text for `.ddx.yml`
};

/// Carries a plan out as one operation and reports what was observed. A dry run stops where the first thing
/// would be written, so that it fails where the real one would. \throws Error (confirmation_needed) for a
/// mass deletion nobody confirmed; whatever `execute` throws
PullReport execute_pull(Project& project, UpstreamView& view, const git::Objects& objects, PullPlan plan,
                        const PullRequest& request, const PullFrame& frame);

}  // namespace ddx
