#pragma once

#include <string>

#include "lines/text_merge.hpp"
#include "lines/three_way.hpp"

namespace ddx {

/// Writes a merge place by place. Markers, and a line end that has to be added, are CRLF where the lines
/// before them are on both sides, and the base's first (xdiff/xmerge.c: is_cr_needed).
class MergeWriter {
 public:
  /// \param texts  base, ours and theirs; as `merge`, they have to stay
  MergeWriter(const NumberedTexts& texts, const TextMergeOptions& options, TextMerge& merge)
      : base_(texts.texts[0]),
        ours_(texts.texts[1]),
        theirs_(texts.texts[2]),
        options_(options),
        merge_(merge) {}

  void write(const MergePlace& place);
  /// What is behind the last place.
  void finish() { write_our_lines_up_to(ours_.size()); }

 private:
  void write_our_lines_up_to(LineIndex end);
  void write_conflict(const MergePlace& place);
  void write_lines(const Lines& lines, LineRange range);
  void write_ended(const Lines& lines, LineRange range, std::string_view line_end);
  void write_marker(char mark, const std::string* label, std::string_view line_end);
  [[nodiscard]] std::string_view line_end(const MergePlace& place) const;

  const Lines &base_, &ours_, &theirs_;
  const TextMergeOptions& options_;
  TextMerge& merge_;
  LineIndex written_ = 0;  ///< of ours, or replaced by a place
  int lines_ = 0;          ///< in the merge
};

}  // namespace ddx
