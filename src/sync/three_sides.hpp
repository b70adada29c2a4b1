#pragma once

#include <map>
#include <optional>
#include <vector>

#include "config/lock_file.hpp"
#include "ddx/change.hpp"
#include "git/tree_listing.hpp"
#include "merge/ours.hpp"

namespace ddx {

/// Base, here and upstream of one path.
struct Sides {
  std::optional<Version> base, here, theirs;
};

/// The whole three-way table: every path of base, upstream and the local tree. Files that only exist here
/// count where git does not ignore them. \param theirs  none: upstream is taken to be what the base is
[[nodiscard]] std::map<RelPath, Sides> three_sides(const Lock& lock, Ours& here,
                                                   const std::optional<std::vector<git::TreeFile>>& theirs);

}  // namespace ddx
