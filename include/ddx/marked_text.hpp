#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"

namespace ddx {

/// One conflict of a file with markers. All text with its line ends.
struct MarkedHunk {
  ConflictHunk where;  ///< in the file, markers included
  std::string marked;  ///< as it stands there
  std::string ours, theirs;
  std::optional<std::string> base;  ///< the original lines, where they are known
};

/// A file with conflict markers, taken apart: `texts[0] hunks[0] texts[1] …`, one text more than hunks.
struct MarkedText {
  std::vector<std::string> texts;
  std::vector<MarkedHunk> hunks;
};

/// The file with `choose(index)` in the place of every hunk.
template <class Choose>
[[nodiscard]] std::string composed(const MarkedText& text, Choose choose) {
  std::string bytes = text.texts.front();
  for (std::size_t i = 0; i < text.hunks.size(); ++i) bytes += choose(i) + text.texts[i + 1];
  return bytes;
}

}  // namespace ddx
