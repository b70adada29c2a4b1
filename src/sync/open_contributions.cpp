#include "sync/open_contributions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"

namespace ddx {

using State = ContributionRecord::State;

bool OpenContributions::is_meant(const ContributionRecord& record, const Contribution& contribution) const {
  if (record.state == State::closed || !is_for_target(record)) return false;
  if (!parts_.request.branch.empty()) return record.branch == parts_.request.branch;
  return std::ranges::any_of(contribution.files,
                             [&](const auto& file) { return record.files.contains(file.first); });
}

bool OpenContributions::is_for_target(const ContributionRecord& record) const {
  return record.is_for(parts_.project.config.url.str(), parts_.view.branch);
}

Arrivals OpenContributions::arrivals() const {
  Arrivals::Sent sent;
  for (const ContributionRecord& record : parts_.records.all()) {
    if (record.state == State::closed || !is_for_target(record)) continue;
    for (const auto& [path, version] : record.files)
      if (version) sent[path].insert(version->blob);
  }
  return {parts_.project, parts_.view, parts_.objects, sent};
}

/// What is customized now is something new then. \returns whether its request was decided about
bool OpenContributions::close_decided(const ContributionRecord& record) {
  using Decided = hosting::ReviewRequest::State;
  const auto request = parts_.proposal.look_up(record);
  if (!request || request->state == Decided::open) return false;
  ContributionRecord over = record;
  if (request->state == Decided::closed) over.offers.clear();  // nothing of it will land
  close(std::move(over));
  return true;
}

/// Upstream has it, which only the next pull brings here.
bool OpenContributions::is_there(const ContributionRecord& record, const Arrivals& arrived) {
  if (arrived.has(record)) return true;
  return std::ranges::all_of(record.files, [&](const auto& file) {
    return file.second && arrived.held(file.first) == file.second->blob;
  });
}

std::optional<ContributionRecord> OpenContributions::find(const Contribution& contribution) {
  std::optional<ContributionRecord> found;
  const Arrivals arrived = arrivals();
  for (ContributionRecord record : std::vector(parts_.records.all())) {
    if (!is_meant(record, contribution) || is_there(record, arrived)) continue;
    if (close_decided(record)) continue;
    if (found)
      throw Error(
          ErrorCode::confirmation_needed,
          fmt::format("this is part of two open contributions, '{}' and '{}'", found->branch, record.branch),
          {{Recovery::choose_branch, found->branch}, {Recovery::forget_contribution, found->branch}});
    found = std::move(record);
  }
  return found;
}

void OpenContributions::close(ContributionRecord record) {
  if (parts_.request.dry_run == DryRun::yes || parts_.request.as_patch) return;
  record.state = State::closed;
  parts_.records.put(std::move(record));
}

void OpenContributions::close_landed(
    const std::function<bool(const RelPath&, const std::optional<Version>&)>& has) {
  for (ContributionRecord open : std::vector(parts_.records.all())) {
    if (open.state == State::closed || !is_for_target(open)) continue;
    if (!std::ranges::all_of(open.files, [&](const auto& file) { return has(file.first, file.second); }))
      continue;
    open.landed = true;
    close(std::move(open));
  }
}

}  // namespace ddx
