#pragma once

#include <string>
#include <vector>

#include "cli/page.hpp"
#include "cli/ui.hpp"
#include "ddx/change.hpp"

/// The parts that the pages of several verbs share.
namespace ddx::cli::render {

/// How many lines of a list are shown.
[[nodiscard]] std::size_t list_limit(const Appearance& look);
/// "… and 12 more (--verbose shows all)", when a list was cut.
void add_rest(Page& page, std::size_t total, const Appearance& look);

/// An operation's summary: its record has an arrow in it, whatever the locale was.
[[nodiscard]] std::string in_this_locale(std::string summary, const Appearance& look);

/// Counts by resource group, which is the first folder of a path.
void add_groups(Page& page, const std::vector<Change>& changes);
void add_changes(Page& page, const std::vector<Change>& changes, const Appearance& look);
/// `both sides changed the same lines`
[[nodiscard]] std::string what_happened(ConflictKind kind);
/// `lines 3-7, 20`
[[nodiscard]] std::string line_ranges(const std::vector<ConflictHunk>& hunks);
/// Path, kind and line ranges, why no markers are there when there are none, who changed it upstream and
/// when, and the commands that resolve it.
void add_conflicts(Page& page, const std::vector<Conflict>& conflicts, const Appearance& look);

}  // namespace ddx::cli::render
