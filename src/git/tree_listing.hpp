#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/config.hpp"
#include "ddx/rel_path.hpp"
#include "git/objects.hpp"

namespace ddx::git {

struct TreeFile {
  RelPath path;
  Version version;
};

struct TreeListing {
  std::vector<TreeFile> files;          ///< sorted by path in byte order
  std::vector<std::string> submodules;  ///< paths of gitlinks, skipped
  std::vector<std::string> warnings;    ///< portability: reserved names, case or NFC collisions
};

/// Lists every file below a tree that came from outside, and refuses the whole of it if any part is unsafe:
/// names (see `RelPath`), duplicate or unsorted entries, file/folder clashes, modes git does not write,
/// symbolic links that are absolute, leave the tree, cross another link or name `.git`,
/// `.gitattributes`-class files that are links, files in what some file system takes for a link, missing or
/// mistyped objects, more files or bytes than `limits` allow (counted over memoised trees, so that a tree
/// bomb costs nothing). Trees are parsed from their raw bytes; nothing is read twice.
///
/// `known` answers for blobs whose presence and size need no look (those of the base); may be empty.
/// \throws Error (upstream_unsafe, upstream_too_big, upstream_damaged) with the path escaped
[[nodiscard]] TreeListing list_untrusted_tree(const Objects& objects, const Oid& tree, const Limits& limits,
                                              const std::function<bool(const Oid&)>& known);

}  // namespace ddx::git
