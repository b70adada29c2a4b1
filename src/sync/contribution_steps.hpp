#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "git/objects.hpp"
#include "sync/contribution.hpp"
#include "sync/project.hpp"

namespace ddx {

/// Files by path at the upstream; none: it is not there.
using StepFiles = std::map<RelPath, std::optional<Version>>;

/// One commit of a contribution.
struct ContributionStep {
  StepFiles files;                      ///< every file of the contribution as it is then
  std::optional<git::CommitInfo> from;  ///< the project's commit that it keeps; none: it is the pusher's own
};

/// A contribution in the steps that become its commits, oldest first. The last one is the whole of it.
struct ContributionSteps {
  std::vector<ContributionStep> steps;
  std::map<Oid, std::string> blobs;  ///< what they hold beside what the target's tip has
  std::vector<std::string> warnings = {};
};

/// One commit with everything.
[[nodiscard]] ContributionSteps in_one_step(const Contribution& contribution);

/// The project's own commits that made the contribution, each as if it had been made on the target's tip;
/// what is not committed is the last one. A commit that only moved bases, as a pull does, brings nothing, nor
/// does one whose change is upstream by now; what upstream's tip conflicts with comes with the next commit
/// that does not. Of a merge, the commits are kept that it brought.
[[nodiscard]] ContributionSteps in_steps_of_history(const Project& project, const git::Objects& objects,
                                                    ContributionPlanner& planner,
                                                    const Contribution& contribution);

}  // namespace ddx
