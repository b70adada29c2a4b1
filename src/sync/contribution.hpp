#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/push.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// One file as it would be at the upstream.
struct ContributedFile {
  OutgoingChange change;
  std::optional<Version> before, after;  ///< at the target's tip, and as it is to be; `after` none: it goes
  std::string bytes;                     ///< of `after`
  std::optional<Version> base;           ///< what the local tree has it from
};

/// What the customizations here make of the target branch's tip.
struct Contribution {
  std::map<RelPath, ContributedFile> files;  ///< by path at the upstream
  std::vector<Conflict> conflicts;
  std::vector<RelPath> already_there;
  std::vector<std::string> warnings;
};

/// Merges the chosen customizations onto upstream's newest state, as a pull would merge that into the local
/// tree; nothing is written. Local-only files count, those that git ignores or the config excludes do not.
/// \param also  upstream paths that are taken along where they differ, whatever was chosen
[[nodiscard]] Contribution plan_contribution(Project& project, UpstreamView& view,
                                             const git::Objects& objects, const PushRequest& request,
                                             const std::vector<RelPath>& also);

}  // namespace ddx
