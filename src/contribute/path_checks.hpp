#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contribute/outgoing.hpp"
#include "ddx/contribution_check.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// What a path's name alone says: ddx's own files, files that hold secrets by custom, names that some file
/// system cannot hold. Upstream's own names are left alone.
[[nodiscard]] std::vector<CheckFinding> check_name(const OutgoingFile& file);

/// A link that ddx, or a file system, would refuse when upstream had it.
/// \param target  as in the blob
[[nodiscard]] std::optional<CheckFinding> check_link(const RelPath& path, std::string_view target);

/// New names that are one with another name of the tree, or with each other, where case or accents do not
/// count, folders included.
/// \param upstream  all files of the tree that is contributed to
[[nodiscard]] std::vector<CheckFinding> check_collisions(const std::vector<OutgoingFile>& files,
                                                         const std::vector<RelPath>& upstream);

}  // namespace ddx
