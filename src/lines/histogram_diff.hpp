#pragma once

#include "lines/effort.hpp"
#include "lines/marks.hpp"
#include "lines/myers_diff.hpp"

namespace ddx {

/// The diff that git merges with, `--diff-algorithm=histogram` (xdiff/xhistogram.c): of all runs of common
/// lines the one with the rarest line, or else the longest, stays; what is before and after it is compared
/// likewise. Where every common line occurs more than 64 times in the older text, that region is left to the
/// Myers diff.
class HistogramDiff {
 public:
  /// \param distinct  lines: all ids are below
  HistogramDiff(std::size_t distinct, Effort& effort);

  [[nodiscard]] Marks compare(LineIds before, LineIds after);

 private:
  struct Best {
    Region run;
    LineIndex occurrences;  ///< of its rarest line
    bool any_common = false;
  };

  void index(LineRange range);
  [[nodiscard]] Best find_run(const Region& region);
  [[nodiscard]] LineIndex try_line(const Region& region, LineIndex at, Best& best);
  [[nodiscard]] Best extended(const Region& region, LineIndex before, LineIndex after) const;

  Effort& effort_;
  MyersDiff myers_;
  LineIds before_, after_;
  LineRange indexed_;  ///< of the older text
  std::vector<std::int32_t> first_,
      count_;                       ///< lines of each id in it; the first counts only if there is one
  std::vector<std::int32_t> next_;  ///< line with the same id
};

}  // namespace ddx
