#pragma once

#include <string>

#include "cli/page.hpp"
#include "cli/resolver/walk.hpp"
#include "cli/ui.hpp"

namespace ddx::cli::resolver {

/// The conflict where the walk is.
[[nodiscard]] Page screen(const Walk& walk, const Appearance& look);
/// What may be answered there, for the width of the terminal.
[[nodiscard]] std::string question(const Walk& walk, const Appearance& look);
/// All answers and what they mean.
[[nodiscard]] Page help(const Appearance& look);

}  // namespace ddx::cli::resolver
