#pragma once

#include <optional>

#include "ddx/push.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/proposal.hpp"

namespace ddx {

/// Asks the hosting platform whether a contribution's request was merged. Nothing is asked before the first
/// question, and nothing more after a failure: the answer is no then.
class MergeLookup {
 public:
  MergeLookup(Project& project, Network network) : project_(project), may_ask_(network == Network::online) {
    request_.fork = Contribute::Fork::automatic;
  }
  MergeLookup(const MergeLookup&) = delete;

  [[nodiscard]] bool is_merged(const ContributionRecord& record);

 private:
  Project& project_;
  PushRequest request_;
  bool may_ask_;
  std::optional<Proposal> proposal_;
};

}  // namespace ddx
