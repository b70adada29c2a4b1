#include "lines/merge_writer.hpp"

#include <algorithm>
#include <optional>

namespace ddx {

namespace {

using Kind = MergePlace::Kind;

/// Whether a line has a CRLF; the last line, if it has no end, is like the one before.
std::optional<bool> is_crlf(const Lines& lines, LineIndex line) {
  if (line < lines.size() && !lines[line].ends_with('\n')) --line;
  if (line < 0 || line >= lines.size()) return std::nullopt;
  return lines[line].ends_with("\r\n");
}

}  // namespace

void MergeWriter::write(const MergePlace& place) {
  if (place.kind == Kind::alike) return;
  write_our_lines_up_to(place.ours.begin);
  written_ = place.ours.end;
  if (place.kind == Kind::ours) return write_lines(ours_, place.ours);
  if (place.kind == Kind::theirs) return write_lines(theirs_, place.theirs);
  switch (options_.side) {
    case Side::ask:
    case Side::markers:
      return write_conflict(place);
    case Side::mine:
      write_lines(ours_, place.ours);
      break;
    case Side::theirs:
      write_lines(theirs_, place.theirs);
      break;
    case Side::union_of_both:
      write_ended(ours_, place.ours, line_end(place));
      write_lines(theirs_, place.theirs);
      break;
  }
  ++merge_.settled_hunks;
}

void MergeWriter::write_our_lines_up_to(LineIndex end) { write_lines(ours_, {written_, end}); }

void MergeWriter::write_conflict(const MergePlace& place) {
  const std::string_view end = line_end(place);
  const int first_line = lines_ + 1;
  write_marker('<', &options_.labels.ours, end);
  write_ended(ours_, place.ours, end);
  if (options_.style != ConflictStyle::merge) {
    write_marker('|', &options_.labels.base, end);
    write_ended(base_, place.base, end);
  }
  write_marker('=', nullptr, end);
  write_ended(theirs_, place.theirs, end);
  write_marker('>', &options_.labels.theirs, end);
  merge_.hunks.push_back({first_line, lines_ + 1 - first_line});
  merge_.clean = false;
}

void MergeWriter::write_lines(const Lines& lines, LineRange range) {
  for (LineIndex i = range.begin; i < range.end; ++i) merge_.bytes += lines[i];
  lines_ += static_cast<int>(range.size());
}

/// Adds a line end if the last line has none.
void MergeWriter::write_ended(const Lines& lines, LineRange range, std::string_view line_end) {
  write_lines(lines, range);
  if (!range.empty() && !merge_.bytes.ends_with('\n')) merge_.bytes += line_end;
}

void MergeWriter::write_marker(char mark, const std::string* label, std::string_view line_end) {
  merge_.bytes.append(static_cast<std::size_t>(merge_.marker_size), mark);
  if (label != nullptr) (merge_.bytes += ' ') += *label;
  merge_.bytes += line_end;
  ++lines_;
}

std::string_view MergeWriter::line_end(const MergePlace& place) const {
  const auto before = [](LineIndex line) { return std::max<LineIndex>(line - 1, 0); };
  const bool lf = is_crlf(ours_, before(place.ours.begin)) == false ||
                  is_crlf(theirs_, before(place.theirs.begin)) == false || is_crlf(base_, 0) != true;
  return lf ? "\n" : "\r\n";
}

}  // namespace ddx
