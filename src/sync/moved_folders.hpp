#pragma once

#include <string>
#include <vector>

#include "merge/ours.hpp"
#include "merge/row.hpp"

namespace ddx {

/// A warning for each folder that upstream renamed while files that are only here are in it: these stay where
/// they are. \param theirs  all that upstream has, sorted
[[nodiscard]] std::vector<std::string> moved_folder_warnings(const std::vector<Row>& rows, const Lock& lock,
                                                             const std::vector<git::TreeFile>& theirs,
                                                             Ours& ours);

}  // namespace ddx
