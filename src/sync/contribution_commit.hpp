#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/push.hpp"
#include "git/objects.hpp"
#include "git/pack_writer.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/contribution_steps.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// What a contribution's commits are made from.
struct CommitMaking {
  const Project& project;
  const UpstreamView& view;
  const git::Objects& objects;
  const Contribution& contribution;
  const ContributionSteps& steps;
  const std::optional<ContributionRecord>& earlier;  ///< that it takes the place of
  const git::Identity& pusher;
  std::string message;  ///< of what is the pusher's own; empty: the earlier one's, or made from what changed
  bool signs_off = false;
};

struct MadeCommits {
  std::vector<OutgoingCommit> commits;  ///< oldest first, one a step
  std::vector<git::CommitDraft> drafts;
  bool were_made = false;  ///< by an earlier push: they are what `earlier` sent
  std::string change_id;
  std::vector<DiffFile> diff;
};

/// Collects the commits in `pack`: the target's tip with the contribution's files, step by step, on that tip.
/// The last one has the change id. The same contribution gives the same commits in every run: the time of the
/// pusher's own is that of the newest file in it, the time of a kept one is its author's; but none is older
/// than the commit that it stands on.
[[nodiscard]] MadeCommits make_commits(const CommitMaking& making, git::PackWriter& pack);

/// What a file looks like beside what it is at the target's tip.
[[nodiscard]] DiffFile diff_of(const git::Objects& objects, const RelPath& path, const ContributedFile& file);

}  // namespace ddx
