#pragma once

#include <string>
#include <string_view>

#include "ddx/diff.hpp"

namespace ddx::git {

/// Fills in hunks, counts and `binary` of a file's diff, as `git diff` shows them.
void diff_text(std::string_view before, std::string_view after, int context_lines, DiffFile& file);

}  // namespace ddx::git
