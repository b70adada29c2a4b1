#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/chosen_paths.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// Writes into the project's lock what was contributed, so that other clones know it too when it lands.
/// The caller holds the writer lock.
/// \throws Error (raced) when the lock is not as it was read
void note_offered(Project& project, const Contribution& contribution);

/// Which contributions an upstream state holds, and what that makes of the bases: a file of which upstream
/// has what was contributed has that as its base from then on, so that edits made here since are merged with
/// what upstream made of it, and do not conflict with themselves.
class Landing {
 public:
  /// \param records  what this clone contributed; lock entries remember what others did
  Landing(const Project& project, const UpstreamView& view, const git::Objects& objects,
          const std::vector<git::TreeFile>& theirs, const std::vector<ContributionRecord>& records);

  /// `lock` with the bases of what has landed. \param chosen  what the pull is about
  [[nodiscard]] Lock on(const Lock& lock, const ChosenPaths& chosen) const;
  /// Contributions that are upstream with all their files.
  [[nodiscard]] const std::vector<ContributionRecord>& landed() const { return landed_; }

 private:
  void look_for_change_ids();
  [[nodiscard]] bool has_landed(const ContributionRecord& record) const;
  [[nodiscard]] std::optional<Oid> offered(const RelPath& at_upstream, const std::optional<Oid>& noted) const;
  /// Whether upstream's version has what was offered in it.
  [[nodiscard]] bool holds(const Version& theirs, const Oid& offer, const std::optional<Version>& base,
                           const RelPath& at_upstream) const;

  const Project& project_;
  const UpstreamView& view_;
  const git::Objects& objects_;
  std::map<RelPath, Version> theirs_;
  std::vector<ContributionRecord> open_, landed_;
  std::set<std::string> arrived_;  ///< change ids in upstream's new commits
};

}  // namespace ddx
