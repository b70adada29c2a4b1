#pragma once

#include <map>
#include <optional>
#include <set>
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

/// One entry of a tree as it stands there.
struct TreeItem {
  std::string mode;
  Oid id;
  [[nodiscard]] bool is_folder() const { return mode == "40000"; }
  friend bool operator==(const TreeItem&, const TreeItem&) = default;
};

/// All entries of one tree, by name.
[[nodiscard]] std::map<std::string, TreeItem> items_of(const Objects& objects, const Oid& tree);

/// Those of `names` that the tree has.
[[nodiscard]] std::map<std::string, TreeItem> items_in(const Objects& objects, const Oid& tree,
                                                       const std::set<std::string>& names);

}  // namespace ddx::git
