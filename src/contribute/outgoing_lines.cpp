#include "contribute/outgoing_lines.hpp"

#include <algorithm>
#include <utility>

namespace ddx {

OutgoingLines::OutgoingLines(std::string_view before, std::string_view after) {
  NumberedTexts numbered = number_lines({before, after});
  std::vector<char> known(numbered.distinct, 0);
  for (const LineId id : numbered.texts[0].ids) known[id] = 1;
  after_ = std::move(numbered.texts[1]);
  goes_out_.reserve(after_.ids.size());
  for (const LineId id : after_.ids) goes_out_.push_back(known[id] == 0 ? 1 : 0);
}

bool OutgoingLines::touches(const ByteRange& range) const {
  if (range.size() == 0) return false;
  for (LineIndex line = line_at(range.begin), last = line_at(range.end - 1); line <= last; ++line)
    if (goes_out(line)) return true;
  return false;
}

LineIndex OutgoingLines::line_at(std::size_t offset) const {
  const auto next = std::upper_bound(after_.begins.begin(), after_.begins.end(), offset);
  return next - after_.begins.begin() - 1;
}

ByteRange OutgoingLines::range_of(LineIndex line) const {
  const std::size_t begin = after_.begins[static_cast<std::size_t>(line)];
  return {begin, begin + after_[line].size()};
}

}  // namespace ddx
