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

struct LinkProblem {
  RelPath path;  ///< a link, or a file behind one
  std::string why;
};

/// Where something written below the root of this tree could land elsewhere: every symbolic link has to point
/// by a relative path to something in the tree and to pass no other link, and no file to lie behind what some
/// file system takes for a link.
[[nodiscard]] std::vector<LinkProblem> link_problems(const std::vector<LinkTarget>& links,
                                                     const std::vector<TreeFile>& files);

/// \throws Error (upstream_unsafe) for the first of them
void check_links(const std::vector<LinkTarget>& links, const std::vector<TreeFile>& files);

}  // namespace ddx::git
