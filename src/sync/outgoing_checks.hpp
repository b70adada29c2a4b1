#pragma once

#include <string>
#include <vector>

#include "ddx/push.hpp"
#include "git/objects.hpp"
#include "sync/contribution_steps.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

struct OutgoingChecks {
  CheckReport report;
  std::string notes;  ///< upstream's words for contributors
};

/// What the checks say about a contribution as it would be sent: its files, texts and commits, each by
/// itself, by our rules and those that the target branch brings.
/// \param report  holds the texts, the branch and the commits
/// \throws Error (usage) for an allowance that cannot be read
[[nodiscard]] OutgoingChecks check_contribution(Project& project, const UpstreamView& view,
                                                const git::Objects& objects, const Contribution& contribution,
                                                const ContributionSteps& steps, const PushReport& report,
                                                const std::vector<std::string>& allowances);

}  // namespace ddx
