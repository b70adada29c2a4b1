#include "merge/markers.hpp"

namespace ddx {

namespace {

enum class Part { outside, ours, base, theirs };

std::string run(int size, char mark) { return std::string(static_cast<std::size_t>(size), mark); }

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The part that begins after a marker line; nothing if the line is none, or none that may stand here.
class Markers {
 public:
  Markers(int size, const MergeLabels& labels)
      : open_(run(size, '<') + " " + labels.ours),
        base_(run(size, '|') + " " + labels.base),
        middle_(run(size, '=')),
        close_(run(size, '>') + " " + labels.theirs) {}

  [[nodiscard]] std::optional<Part> after(std::string_view line) const {
    if (line == open_) return Part::ours;
    if (line == base_) return Part::base;
    if (line == middle_) return Part::theirs;
    if (line == close_) return Part::outside;
    return std::nullopt;
  }

 private:
  std::string open_, base_, middle_, close_;
};

bool follows(Part before, Part next) {
  switch (next) {
    case Part::ours:
      return before == Part::outside;
    case Part::base:
      return before == Part::ours;
    case Part::theirs:
      return before == Part::ours || before == Part::base;
    case Part::outside:
      return before == Part::theirs;
  }
  return false;
}

/// Where a line of a part goes.
std::string& lines_of(Part part, MarkedText& text) {
  switch (part) {
    case Part::outside:
      return text.texts.back();
    case Part::ours:
      return text.hunks.back().ours;
    case Part::base:
      return *text.hunks.back().base;
    case Part::theirs:
      return text.hunks.back().theirs;
  }
  return text.texts.back();
}

void begin_part(Part part, int line, MarkedText& text) {
  if (part == Part::ours) text.hunks.push_back({{line, 0}, {}, {}, {}, std::nullopt});
  if (part == Part::base) text.hunks.back().base.emplace();
}

std::string chosen(const MarkedHunk& hunk, Side side) {
  switch (side) {
    case Side::ask:
    case Side::markers:
      return hunk.marked;
    case Side::mine:
      return hunk.ours;
    case Side::theirs:
      return hunk.theirs;
    case Side::union_of_both:
      return hunk.ours + hunk.theirs;
  }
  return hunk.marked;
}

}  // namespace

std::optional<MarkedText> parse_markers(std::string_view bytes, int marker_size, const MergeLabels& labels) {
  const Markers markers(marker_size, labels);
  MarkedText text{{""}, {}};
  Part part = Part::outside;
  for (int number = 1; !bytes.empty(); ++number) {
    const std::string_view line = bytes.substr(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    bytes.remove_prefix(line.size());
    const auto next = markers.after(without_end(line));
    const bool text_outside = part == Part::outside && (next == Part::theirs || next == Part::base);
    if (!next || text_outside) {
      lines_of(part, text) += line;
      if (part != Part::outside) text.hunks.back().marked += line;
      continue;
    }
    if (!follows(part, *next)) return std::nullopt;
    begin_part(*next, number, text);
    part = *next;
    MarkedHunk& hunk = text.hunks.back();
    hunk.marked += line;
    if (part != Part::outside) continue;
    hunk.where.lines = number - hunk.where.first_line + 1;
    text.texts.emplace_back();
  }
  if (part != Part::outside) return std::nullopt;
  return text;
}

std::string marked_lines(const MarkedHunk& hunk, int marker_size, const MergeLabels& labels,
                         ConflictStyle style) {
  const bool carriage_returns = hunk.ours.ends_with("\r\n") || hunk.theirs.ends_with("\r\n");
  const std::string end = carriage_returns ? "\r\n" : "\n";
  std::string lines = run(marker_size, '<') + " " + labels.ours + end + hunk.ours;
  if (hunk.base && style != ConflictStyle::merge)
    lines += run(marker_size, '|') + " " + labels.base + end + *hunk.base;
  return lines + run(marker_size, '=') + end + hunk.theirs + run(marker_size, '>') + " " + labels.theirs +
         end;
}

std::optional<SettledMarkers> settle_markers(std::string_view bytes, int marker_size,
                                             const MergeLabels& labels, Side side) {
  const auto text = parse_markers(bytes, marker_size, labels);
  if (!text) return std::nullopt;
  return SettledMarkers{composed(*text, [&](std::size_t hunk) { return chosen(text->hunks[hunk], side); }),
                        static_cast<int>(text->hunks.size())};
}

}  // namespace ddx
