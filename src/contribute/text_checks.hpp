#pragma once

#include <string_view>
#include <vector>

#include "ddx/contribution_check.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// Conflicts that were not resolved: from `<<<<<<<` to `>>>>>>>`, where one of these two lines goes out; as
/// warnings such lines that stand alone.
[[nodiscard]] std::vector<CheckFinding> find_conflict_markers(const RelPath& path, std::string_view before,
                                                              std::string_view after);

/// YAML or JSON that does not parse: an error where it did in `before`, a warning in a new file, as a key
/// that is there twice; nothing where upstream's was as bad.
/// \param before  null for a new file
[[nodiscard]] std::vector<CheckFinding> find_broken_structure(const RelPath& path,
                                                              const std::string_view* before,
                                                              std::string_view after);

}  // namespace ddx
