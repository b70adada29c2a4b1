#pragma once

#include "lines/effort.hpp"
#include "lines/marks.hpp"

namespace ddx {

/// The Myers diff as git does it (xdiff/xdiffi.c, xprepare.c), which is not always the shortest: lines that
/// are only in one text are dropped first, and among them such that are all over the other one; a search that
/// becomes expensive ends with what it has.
class MyersDiff {
 public:
  /// \param distinct  lines: all ids are below
  MyersDiff(std::size_t distinct, Effort& effort);

  /// Marks what differs within `region`, as if nothing else were in the texts.
  void compare(LineIds before, LineIds after, const Region& region, Marks& marks);

 private:
  /// Lines of one text that are worth comparing, and where they are in it.
  struct Kept {
    std::vector<LineId> ids;
    std::vector<std::int32_t> where;
  };

  static Kept keep(LineIds lines, LineRange inner, const std::vector<std::int32_t>& counts);
  void compare(const Kept& before, const Kept& after, const Region& region, Marks& marks);

  Effort& effort_;
  std::vector<std::int32_t> before_counts_, after_counts_;  ///< of each id in the region
};

}  // namespace ddx
