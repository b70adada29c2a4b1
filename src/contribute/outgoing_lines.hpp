#pragma once

#include <string_view>
#include <vector>

#include "contribute/pattern.hpp"
#include "lines/lines.hpp"

namespace ddx {

/// Which lines of a text go out. A line that upstream's version has too, wherever, does not: it may have
/// moved.
class OutgoingLines {
 public:
  /// \param before, after  must outlive it; each below 4 GiB
  OutgoingLines(std::string_view before, std::string_view after);

  [[nodiscard]] LineIndex size() const { return after_.size(); }
  /// With its end.
  [[nodiscard]] std::string_view line(LineIndex index) const { return after_[index]; }
  [[nodiscard]] bool goes_out(LineIndex line) const { return goes_out_[static_cast<std::size_t>(line)] != 0; }
  /// Whether a line that goes out has a part of it.
  [[nodiscard]] bool touches(const ByteRange& range) const;
  /// \pre the text is not empty
  [[nodiscard]] LineIndex line_at(std::size_t offset) const;
  [[nodiscard]] ByteRange range_of(LineIndex line) const;

 private:
  Lines after_;
  std::vector<char> goes_out_;
};

}  // namespace ddx
