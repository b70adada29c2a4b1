#pragma once

#include "cli/page.hpp"
#include "cli/ui.hpp"
#include "ddx/resolve.hpp"

namespace ddx::cli::render {

/// Every conflict, how it was decided, and what to type next.
[[nodiscard]] Page conflicts(const PendingConflicts& pending, const Appearance& look);
/// The sides of a conflict, hunk by hunk; in columns where there is room.
[[nodiscard]] Page conflict(const ConflictDetail& detail, const Appearance& look);
[[nodiscard]] Page resolved(const ResolveReport& report, const Appearance& look);

}  // namespace ddx::cli::render
