#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ddx/rel_path.hpp"
#include "git/tree_listing.hpp"

namespace ddx::git {

/// The longest target that Linux can hold.
inline constexpr std::size_t link_target_bytes_limit = 4096;

struct LinkTarget {
  RelPath link;
  std::string target;
};

/// Checks that nothing written below the root of this tree can land elsewhere: every symbolic link points by
/// a relative path to something in the tree and passes no other link, and no file lies behind what some file
/// system takes for a link. \throws Error (upstream_unsafe) for the first that does not
void check_links(const std::vector<LinkTarget>& links, const std::vector<TreeFile>& files);

}  // namespace ddx::git
