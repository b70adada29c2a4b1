#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ddx/push.hpp"
#include "sync/arrivals.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/proposal.hpp"

namespace ddx {

/// The contributions of this clone that a push for one target may go on with.
class OpenContributions {
 public:
  /// They outlive it.
  struct Parts {
    const Project& project;
    const PushRequest& request;
    const Proposal& proposal;
    ContributionRecords& records;
    const UpstreamView& view;  ///< of the target
    const git::Objects& objects;
  };
  explicit OpenContributions(const Parts& parts) : parts_(parts) {}

  /// The one that this goes on: it has the branch that was asked for, or else a file in common. Those whose
  /// request upstream's maintainers have decided about are closed; those that upstream has are left to the
  /// next pull.
  /// \throws Error (confirmation_needed) if there are two
  [[nodiscard]] std::optional<ContributionRecord> find(const Contribution& contribution);
  /// Closes those of which upstream has every file. \param has  whether the target's tip holds that
  void close_landed(const std::function<bool(const RelPath&, const std::optional<Version>&)>& has);

 private:
  [[nodiscard]] bool is_meant(const ContributionRecord& record, const Contribution& contribution) const;
  [[nodiscard]] bool is_for_target(const ContributionRecord& record) const;
  [[nodiscard]] Arrivals arrivals() const;
  [[nodiscard]] static bool is_there(const ContributionRecord& record, const Arrivals& arrived);
  [[nodiscard]] bool close_decided(const ContributionRecord& record);
  void close(ContributionRecord record);

  Parts parts_;
};

}  // namespace ddx
