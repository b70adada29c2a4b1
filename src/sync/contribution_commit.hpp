#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/push.hpp"
#include "git/objects.hpp"
#include "git/pack_writer.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// What a contribution's commit is made from.
struct CommitMaking {
  const Project& project;
  const UpstreamView& view;
  const git::Objects& objects;
  const Contribution& contribution;
  const std::optional<ContributionRecord>& earlier;  ///< that it takes the place of
  const git::Identity& author;
  std::string message;  ///< empty: the earlier one's, or made from what changed
  bool signs_off = false;
};

struct MadeCommit {
  OutgoingCommit commit;
  git::CommitDraft draft;
  bool was_made = false;  ///< by an earlier push: it is `earlier`'s commit
  std::string change_id;
  std::vector<DiffFile> diff;
};

/// Collects the commit in `pack`: the target's tip with the contribution's files, on that tip. The same
/// contribution is the same commit in every run, because its time is that of the newest file in it (but not
/// before the commit that it stands on).
[[nodiscard]] MadeCommit make_commit(const CommitMaking& making, git::PackWriter& pack);

}  // namespace ddx
