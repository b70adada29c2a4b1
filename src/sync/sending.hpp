#pragma once

#include <optional>
#include <string>

#include "git/upstream_repository.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/proposal.hpp"

namespace ddx {

/// How many names are tried where one that ddx made up is taken.
inline constexpr int most_branch_names = 20;
/// `name`, `name-2`, `name-3`…
[[nodiscard]] std::string numbered_branch(const std::string& name, int number);

/// Gets a contribution's commits to its branch. The record says before what is about to happen, and after it
/// what did, so that the next push goes on wherever this one ends.
class Sending {
 public:
  struct Parts {
    const Project& project;
    git::UpstreamRepository& repository;
    Proposal& proposal;
    ContributionRecords& records;
    Host& host;
  };
  enum class Rename { no, yes };

  /// \param record   of the contribution as it is to be \param earlier  that it takes the place of
  Sending(const Parts& parts, ContributionRecord record, const std::optional<ContributionRecord>& earlier)
      : parts_(parts), record_(std::move(record)), earlier_(earlier) {}

  /// Moves the branch, if it is as this clone left it. \param rename  whether a name that is taken may get a
  /// number
  /// \throws Error (branch_moved; push_refused with the server's words; network*, auth_*…)
  git::PushAnswer send(ProposedText text, Rename rename);
  /// Its request is this one.
  void note(const RequestState& request);

  [[nodiscard]] const ContributionRecord& record() const { return record_; }

 private:
  git::PushAnswer offer(const ProposedText& text, const std::optional<Oid>& expected);
  [[nodiscard]] bool may_hold(const std::optional<Oid>& found) const;
  [[noreturn]] void throw_moved(const git::PushAnswer& answer);
  [[noreturn]] void throw_refused(const git::PushAnswer& answer);
  void forget_try();

  Parts parts_;
  ContributionRecord record_;
  const std::optional<ContributionRecord>& earlier_;
  std::string kept_;  ///< the ref that keeps its commit here
};

}  // namespace ddx
