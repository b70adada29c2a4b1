#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/arrivals.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/merge_lookup.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// \returns nothing for a file that goes
[[nodiscard]] std::optional<Offer> offer_of(const ContributedFile& file);

/// Writes into the project's lock what was contributed, so that other clones know it too when it lands.
/// The caller holds the writer lock.
/// \throws Error (raced) when the lock is not as it was read
void note_offered(Project& project, const Contribution& contribution);

/// Which contributions an upstream state holds, and what that makes of the bases: a file of which upstream
/// has what was contributed has that as its base from then on, so that edits made here since are merged with
/// what upstream made of it, and do not conflict with themselves. What upstream took back stays a
/// customization.
class Landing {
 public:
  /// \param records  what this clone contributed; lock entries remember what others did
  /// \param lookup  asked about those of which upstream's commits say too little
  Landing(const Project& project, const UpstreamView& view, const git::Objects& objects,
          const std::vector<git::TreeFile>& theirs, const std::vector<ContributionRecord>& records,
          MergeLookup& lookup);

  /// `lock` with the bases of what has landed. \param chosen  what the pull is about
  [[nodiscard]] Lock on(const Lock& lock, const ChosenPaths& chosen) const;
  /// Contributions that upstream has: by its commits or the platform's word, or else with all their files.
  [[nodiscard]] const std::vector<ContributionRecord>& landed() const { return landed_; }
  /// Contributions that upstream took and has nothing of any more.
  [[nodiscard]] const std::vector<ContributionRecord>& taken_back() const { return taken_back_; }

 private:
  void collect(const Lock& lock);
  void ask(MergeLookup& lookup);
  [[nodiscard]] bool has_arrived(const ContributionRecord& record) const;
  [[nodiscard]] bool has_landed(const ContributionRecord& record) const;
  [[nodiscard]] bool is_taken_back(const ContributionRecord& record) const;
  [[nodiscard]] bool has_change(const Oid& from, const Oid& to, const Oid& in) const;
  /// What was offered that upstream's version comes from.
  [[nodiscard]] std::optional<Offer> origin_of(const RelPath& at_upstream, const Version& theirs,
                                               const std::optional<Version>& base) const;
  [[nodiscard]] std::optional<Offer> find_origin(const RelPath& at_upstream, const Version& theirs,
                                                 const std::optional<Version>& base) const;

  const UpstreamView& view_;
  const git::Objects& objects_;
  std::map<RelPath, Version> theirs_, bases_;  ///< by path at the upstream
  std::map<RelPath, std::vector<Offer>> offers_;
  std::vector<ContributionRecord> records_, landed_, taken_back_;
  std::optional<Arrivals> arrivals_;
  std::set<std::string> merged_;  ///< change ids, by the platform's word
};

}  // namespace ddx
