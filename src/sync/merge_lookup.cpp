#include "sync/merge_lookup.hpp"

#include "ddx/error.hpp"

namespace ddx {

bool MergeLookup::is_merged(const ContributionRecord& record) {
  if (!may_ask_ || record.request.number == 0) return false;
  try {
    if (!proposal_) proposal_.emplace(project_, request_, project_.host);
    const auto request = proposal_->look_up(record);
    return request && request->state == hosting::ReviewRequest::State::merged;
  } catch (const Error&) {
    may_ask_ = false;
    return false;
  }
}

}  // namespace ddx
