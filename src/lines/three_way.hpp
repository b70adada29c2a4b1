#pragma once

#include <vector>

#include "lines/line_diff.hpp"

namespace ddx {

/// A place where one side or both changed the base. Lines of ours between two places belong to the merge as
/// they are. All of this is how git's xdiff/xmerge.c does it.
struct MergePlace {
  enum class Kind {
    conflict,
    ours,
    theirs,
    alike,  ///< both sides have the same lines after all: nothing is to be done
  };
  Kind kind = Kind::conflict;
  LineRange base, ours, theirs;
};

/// One side of a merge, and what it changes in the base.
struct MergeSide {
  LineIds lines;
  std::vector<LineChange> changes;
};

/// Changes that overlap or touch are a conflict, unless they are the same.
[[nodiscard]] std::vector<MergePlace> combine(const MergeSide& ours, const MergeSide& theirs,
                                              LineIndex base_lines);

/// For conflicts that are shown without their base, whose range is then no longer right: only lines that
/// differ between the two sides are in conflict; conflicts with at most three lines between them become one.
[[nodiscard]] std::vector<MergePlace> refined(const std::vector<MergePlace>& places, LineIds ours,
                                              LineIds theirs, LineDiff& diff);

/// For conflicts that are shown with their base: what both sides begin or end with is outside of them.
void trim(std::vector<MergePlace>& places, LineIds ours, LineIds theirs);

}  // namespace ddx
