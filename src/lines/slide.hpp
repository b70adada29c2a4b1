#pragma once

#include "lines/marks.hpp"

namespace ddx {

/// Moves groups of changed lines where the text allows two places for them: down as far as possible, but
/// beside a change of the other text where there is one. Groups that meet become one. What git does with
/// every diff (xdiff/xdiffi.c: xdl_change_compact), without the indent heuristic, which its merges do not
/// use.
void slide_changes(LineIds before, LineIds after, Marks& marks);

}  // namespace ddx
