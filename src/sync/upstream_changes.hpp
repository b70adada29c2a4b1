#pragma once

#include <vector>

#include "merge/plan.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// Says of each conflict which upstream commit changed the file last since its base, as far as the history at
/// hand tells. One walk for all of them, over the commits since the pull before.
void add_upstream_changes(const Project& project, const UpstreamView& view, const git::Objects& objects,
                          std::vector<FilePlan>& plans);

}  // namespace ddx
