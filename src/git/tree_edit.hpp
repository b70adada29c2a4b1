#pragma once

#include <map>
#include <optional>
#include <string>

#include "ddx/change.hpp"
#include "git/objects.hpp"
#include "git/pack_writer.hpp"

namespace ddx::git {

/// `base` with some files set or taken away, collected in `pack`. Entries that are not named stay as they
/// are, of whatever kind; folders that become empty go. A file takes the place of a folder of its name, and
/// the other way round. \param base     null: the empty tree \param changes  by path, without slashes at the
/// ends; none: the file goes, if it is there \param objects  where `base` is read
[[nodiscard]] Oid edited_tree(PackWriter& pack, const Objects& objects, const Oid& base,
                              const std::map<std::string, std::optional<Version>>& changes);

}  // namespace ddx::git
