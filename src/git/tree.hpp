#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ddx/change.hpp"
#include "git/objects.hpp"

namespace ddx::git {

/// The files of a tree that git or ddx wrote, by path. Submodules are left out. What comes from upstream goes
/// through `list_untrusted_tree` instead. \throws Error (repository_damaged) if an object is missing or
/// cannot be read
[[nodiscard]] std::map<RelPath, Version> list_tree(const Objects& objects, const Oid& tree);

struct ReadableTree {
  std::map<RelPath, Version> files;
  std::vector<std::pair<std::string, std::string>> damaged;  ///< folder (empty: the root) and why
};

/// The same, as far as it can be read.
[[nodiscard]] ReadableTree list_readable(const Objects& objects, const Oid& tree);

/// The tree at `folder` (no slash at the ends; empty: the root itself) below `root`. \returns nothing if
/// there is none
[[nodiscard]] std::optional<Oid> subtree_at(const Objects& objects, const Oid& root, std::string_view folder);

/// The blob called `name` in the tree. \returns nothing if there is none
[[nodiscard]] std::optional<Oid> blob_in(const Objects& objects, const Oid& tree, std::string_view name);

}  // namespace ddx::git
