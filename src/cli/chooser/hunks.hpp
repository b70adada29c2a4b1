#pragma once

#include <string>
#include <vector>

#include "ddx/diff.hpp"

namespace ddx::cli::chooser {

/// `before` with those hunks of its diff to `after` that are `taken`. \param taken  one a hunk
[[nodiscard]] std::string with_hunks(const std::string& before, const std::string& after,
                                     const std::vector<DiffHunk>& hunks, const std::vector<bool>& taken);

}  // namespace ddx::cli::chooser
