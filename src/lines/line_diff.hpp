#pragma once

#include <vector>

#include "lines/histogram_diff.hpp"

namespace ddx {

/// Lines of the older text, and what is in their place in the newer one.
struct LineChange {
  LineRange before, after;
  friend bool operator==(const LineChange&, const LineChange&) = default;
};

/// Compares texts as git does when it merges.
class LineDiff {
 public:
  /// \param distinct  lines: all ids are below
  LineDiff(std::size_t distinct, Effort& effort) : histogram_(distinct, effort) {}

  /// In the order of the text; between two changes there is at least one common line.
  [[nodiscard]] std::vector<LineChange> changes(LineIds before, LineIds after);

 private:
  HistogramDiff histogram_;
};

}  // namespace ddx
