#include "cli/chooser/hunks.hpp"

#include <string_view>

namespace ddx::cli::chooser {

namespace {

/// The lines of a text, by their number from 1.
class TextLines {
 public:
  explicit TextLines(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
      starts_.push_back(at + 1);
  }
  /// [first, end)
  [[nodiscard]] std::string_view lines(int first, int end) const {
    const std::size_t from = start_of(first), to = start_of(end);
    return text_.substr(from, to - from);
  }
  [[nodiscard]] std::string_view from(int first) const { return text_.substr(start_of(first)); }

 private:
  [[nodiscard]] std::size_t start_of(int line) const {
    const auto index = static_cast<std::size_t>(line - 1);
    return index < starts_.size() ? starts_[index] : text_.size();
  }
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

/// A hunk without lines names the line that it comes after.
int first_line(int start, int lines) { return lines == 0 ? start + 1 : start; }

}  // namespace

std::string with_hunks(const std::string& before, const std::string& after,
                       const std::vector<DiffHunk>& hunks, const std::vector<bool>& taken) {
  const TextLines old_text(before), new_text(after);
  std::string bytes;
  int next = 1;
  for (std::size_t i = 0; i < hunks.size(); ++i) {
    if (!taken[i]) continue;
    const DiffHunk& hunk = hunks[i];
    const int old_first = first_line(hunk.old_start, hunk.old_lines);
    const int new_first = first_line(hunk.new_start, hunk.new_lines);
    bytes += old_text.lines(next, old_first);
    bytes += new_text.lines(new_first, new_first + hunk.new_lines);
    next = old_first + hunk.old_lines;
  }
  bytes += old_text.from(next);
  return bytes;
}

}  // namespace ddx::cli::chooser
