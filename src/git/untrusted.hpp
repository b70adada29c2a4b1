#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/error.hpp"
#include "ddx/oid.hpp"

namespace ddx::git {

/// A path from outside for a message: escaped, and cut where nobody would read on.
[[nodiscard]] std::string shown(std::string_view path);

/// The refusals of content from outside; they show `path` themselves.
[[nodiscard]] Error unsafe(std::string_view path, std::string_view why);
[[nodiscard]] Error damaged(std::string_view path, std::string_view why);
/// \param key  of the limit in the config
[[nodiscard]] Error too_big(std::string_view what, std::uint64_t limit, std::string_view unit,
                            std::string_view key);

enum class EntryKind { file, executable, link, folder, submodule };

/// One line of a tree object. `name` points into the tree's bytes.
struct TreeEntry {
  EntryKind kind;
  std::string_view name;
  Oid id;
};

/// Reads a raw tree object that came from outside, in its order.
/// \param folder  where it stands, for messages; empty for the root
/// \throws Error (upstream_damaged) if it is cut off; (upstream_unsafe) for a name that `RelPath` refuses, a
/// mode that git does not
///         write, entries that are unsorted or there twice, and links with a name that git reads as
///         configuration
[[nodiscard]] std::vector<TreeEntry> parse_untrusted_tree(std::string_view bytes, std::string_view folder);

/// `folder/name`, or `name` at the root.
[[nodiscard]] std::string path_in(std::string_view folder, std::string_view name);

}  // namespace ddx::git
