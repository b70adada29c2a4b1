#include "sync/open_contributions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"

namespace ddx {

using State = ContributionRecord::State;

bool OpenContributions::is_meant(const ContributionRecord& record, const Contribution& contribution) const {
  if (record.state == State::closed || record.target != target_ ||
      record.upstream != project_.config.url.str())
    return false;
  if (!request_.branch.empty()) return record.branch == request_.branch;
  return std::ranges::any_of(contribution.files,
                             [&](const auto& file) { return record.files.contains(file.first); });
}

/// What is customized now is something new then.
bool OpenContributions::is_over(const ContributionRecord& record) const {
  const auto request = proposal_.look_up(record);
  return request && request->state != hosting::ReviewRequest::State::open;
}

std::optional<ContributionRecord> OpenContributions::find(const Contribution& contribution) {
  std::optional<ContributionRecord> found;
  for (ContributionRecord record : std::vector(records_.all())) {
    if (!is_meant(record, contribution)) continue;
    if (is_over(record)) {
      close(std::move(record));
      continue;
    }
    if (found)
      throw Error(
          ErrorCode::confirmation_needed,
          fmt::format("this is part of two open contributions, '{}' and '{}'", found->branch, record.branch),
          {{Recovery::choose_branch, found->branch}});
    found = std::move(record);
  }
  return found;
}

void OpenContributions::close(ContributionRecord record) {
  if (request_.dry_run == DryRun::yes || request_.as_patch) return;
  record.state = State::closed;
  records_.put(std::move(record));
}

void OpenContributions::close_landed(
    const std::function<bool(const RelPath&, const std::optional<Version>&)>& has) {
  for (ContributionRecord open : std::vector(records_.all())) {
    if (open.state == State::closed || open.target != target_) continue;
    if (!std::ranges::all_of(open.files, [&](const auto& file) { return has(file.first, file.second); }))
      continue;
    open.landed = true;
    close(std::move(open));
  }
}

}  // namespace ddx
