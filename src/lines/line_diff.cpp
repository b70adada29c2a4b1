#include "lines/line_diff.hpp"

#include "lines/slide.hpp"

namespace ddx {

std::vector<LineChange> LineDiff::changes(LineIds before, LineIds after) {
  Marks marks = histogram_.compare(before, after);
  slide_changes(before, after, marks);
  std::vector<LineChange> changes;
  LineChange change;
  for (;; ++change.before.end, ++change.after.end) {
    change.before.begin = change.before.end;
    change.after.begin = change.after.end;
    while (marks.before[change.before.end] != 0) ++change.before.end;
    while (marks.after[change.after.end] != 0) ++change.after.end;
    if (!change.before.empty() || !change.after.empty()) changes.push_back(change);
    if (change.before.end == std::ssize(before)) return changes;
  }
}

}  // namespace ddx
