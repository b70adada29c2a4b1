#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ddx/push.hpp"
#include "merge/content.hpp"
#include "merge/ours.hpp"
#include "sync/base_reader.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// One file as it would be at the upstream.
struct ContributedFile {
  OutgoingChange change;
  std::optional<Version> before, after;  ///< at the target's tip, and as it is to be; `after` none: it goes
  std::string bytes;                     ///< of `after`
  std::optional<Version> base;           ///< what the local tree has it from
  /// `bytes` without what upstream changed since the base, where that is something else.
  std::optional<std::string> apart = {};
};

/// What the customizations here make of the target branch's tip.
struct Contribution {
  std::map<RelPath, ContributedFile> files;  ///< by path at the upstream
  std::vector<Conflict> conflicts;
  std::vector<RelPath> already_there;
  std::vector<std::string> warnings;
};

/// A state of the local tree, and what it was synced with then.
struct LocalState {
  const Lock& lock;
  Ours& here;
};

/// Merges customizations onto the target branch's tip, as a pull would merge that into the local tree;
/// nothing is written. Local-only files count, those that git ignores or the config excludes do not.
class ContributionPlanner {
 public:
  /// The arguments outlive it. \throws Error (upstream_unsafe, upstream_too_big, upstream_damaged)
  ContributionPlanner(Project& project, UpstreamView& view, const git::Objects& objects, Network network);

  /// What is on disk. \param paths  as typed; empty: everything
  /// \param also  upstream paths that are taken along where they differ, whatever was chosen
  [[nodiscard]] Contribution plan(const std::vector<std::string>& paths, const std::vector<RelPath>& also);
  /// What another state held at these upstream paths.
  [[nodiscard]] Contribution plan_state(const LocalState& state, const std::set<RelPath>& wanted);

 private:
  class Merge;

  Project& project_;
  const git::Objects& objects_;
  std::vector<git::TreeFile> theirs_;
  std::map<RelPath, Version> upstream_;
  std::vector<std::string> warnings_;
  BaseReader base_;
  MergeSettings settings_;
};

}  // namespace ddx
