#pragma once

#include <algorithm>
#include <vector>

#include "lines/lines.hpp"

namespace ddx {

/// Which lines two texts have not in common. Each list ends with a mark that is never set.
struct Marks {
  Marks(LineIds before_lines, LineIds after_lines)
      : before(before_lines.size() + 1), after(after_lines.size() + 1) {}
  std::vector<char> before, after;
};

inline void mark(std::vector<char>& marks, LineRange range) {
  std::fill(marks.begin() + range.begin, marks.begin() + range.end, char{1});
}

/// A part of each of the two texts.
struct Region {
  LineRange before, after;
};

}  // namespace ddx
