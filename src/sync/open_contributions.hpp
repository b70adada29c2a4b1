#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ddx/push.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/proposal.hpp"

namespace ddx {

/// The contributions of this clone that a push for one target may go on with.
class OpenContributions {
 public:
  /// The arguments outlive it.
  OpenContributions(const Project& project, const PushRequest& request, const Proposal& proposal,
                    ContributionRecords& records, const std::string& target)
      : project_(project), request_(request), proposal_(proposal), records_(records), target_(target) {}

  /// The one that this goes on: it has the branch that was asked for, or else a file in common. Those whose
  /// request upstream's maintainers have decided about are closed.
  /// \throws Error (confirmation_needed) if there are two
  [[nodiscard]] std::optional<ContributionRecord> find(const Contribution& contribution);
  /// Closes those of which upstream has every file. \param has  whether the target's tip holds that
  void close_landed(const std::function<bool(const RelPath&, const std::optional<Version>&)>& has);

 private:
  [[nodiscard]] bool is_meant(const ContributionRecord& record, const Contribution& contribution) const;
  [[nodiscard]] bool is_over(const ContributionRecord& record) const;
  void close(ContributionRecord record);

  const Project& project_;
  const PushRequest& request_;
  const Proposal& proposal_;
  ContributionRecords& records_;
  const std::string& target_;
};

}  // namespace ddx
