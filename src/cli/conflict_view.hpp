#pragma once

#include <cstddef>

#include "cli/page.hpp"
#include "cli/ui.hpp"
#include "ddx/resolve.hpp"

/// Conflicts for people to look at. All text of files is made harmless.
namespace ddx::cli::render {

enum class View { unified, side_by_side };

/// Whether two columns of text find room.
[[nodiscard]] bool has_room_for_columns(const Appearance& look, std::size_t columns = 2);

/// One conflicting hunk: yours, the original lines where they are known, upstream's, and what is around it.
void add_hunk(Page& page, const MarkedText& text, std::size_t hunk, View view, const Appearance& look);

/// A conflict without lines: what either side did to the file.
void add_whole_file(Page& page, const ConflictDetail& detail, const Appearance& look);

}  // namespace ddx::cli::render
