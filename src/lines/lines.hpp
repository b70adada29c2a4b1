#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace ddx {

/// Stands for a line's bytes, its end included: equal lines have equal ids, in all texts numbered together.
using LineId = std::uint32_t;
using LineIds = std::span<const LineId>;
using LineIndex = std::ptrdiff_t;  ///< from 0

/// Lines [begin, end) of a text.
struct LineRange {
  LineIndex begin = 0, end = 0;
  [[nodiscard]] LineIndex size() const { return end - begin; }
  [[nodiscard]] bool empty() const { return begin == end; }
  friend bool operator==(const LineRange&, const LineRange&) = default;
};

[[nodiscard]] inline LineIds slice(LineIds lines, LineRange range) {
  return lines.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
}

/// A text in lines. The last one may have no end.
struct Lines {
  std::string_view text;  ///< as it was numbered
  std::vector<std::uint32_t> begins;
  std::vector<LineId> ids;
  [[nodiscard]] LineIndex size() const { return std::ssize(ids); }
  [[nodiscard]] std::string_view operator[](LineIndex line) const {
    const std::size_t end = line + 1 < std::ssize(begins) ? begins[line + 1] : text.size();
    return text.substr(begins[line], end - begins[line]);
  }
};

struct NumberedTexts {
  std::vector<Lines> texts;
  std::size_t distinct = 0;  ///< ids are below
};

/// In linear time, whatever the lines are. \param texts  each below 4 GiB
[[nodiscard]] NumberedTexts number_lines(std::initializer_list<std::string_view> texts);

}  // namespace ddx
