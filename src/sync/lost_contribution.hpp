#pragma once

#include <optional>
#include <string>

#include "git/objects.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/proposal.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// Where a contribution may be that this clone has no record of.
struct LostPlace {
  Project& project;
  UpstreamView& view;
  const git::Objects& objects;
  const Proposal& proposal;
  const std::string& branch;  ///< or that name with a number
  const std::string& target;
};

/// Whether the lock notes that any of these files was offered.
[[nodiscard]] bool may_be_lost(const Lock& lock, const Contribution& contribution);

/// A contribution that another clone made, or this one before its records were lost: a branch at the server
/// that holds what the lock notes as offered of these files, by a commit with a change id, and whose request
/// nobody has decided about. \returns nothing where that cannot be told for sure
[[nodiscard]] std::optional<ContributionRecord> find_lost(const LostPlace& place,
                                                          const Contribution& contribution);

}  // namespace ddx
