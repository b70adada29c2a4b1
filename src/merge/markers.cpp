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

bool keeps(Side side, Part part) {
  switch (part) {
    case Part::outside:
      return true;
    case Part::ours:
      return side == Side::mine || side == Side::union_of_both;
    case Part::theirs:
      return side == Side::theirs || side == Side::union_of_both;
    case Part::base:
      return false;
  }
  return false;
}

/// The part that begins after a marker line; nothing if the line is none, or none that may stand here.
class Markers {
 public:
  Markers(int size, const git::MergeLabels& labels)
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

}  // namespace

std::optional<SettledMarkers> settle_markers(std::string_view bytes, int marker_size,
                                             const git::MergeLabels& labels, Side side) {
  const Markers markers(marker_size, labels);
  SettledMarkers settled;
  Part part = Part::outside;
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    bytes.remove_prefix(line.size());
    const auto next = markers.after(without_end(line));
    const bool text_outside = part == Part::outside && (next == Part::theirs || next == Part::base);
    if (!next || text_outside) {
      if (keeps(side, part)) settled.bytes += line;
      continue;
    }
    if (!follows(part, *next)) return std::nullopt;
    part = *next;
    if (part == Part::outside) ++settled.hunks;
  }
  if (part != Part::outside) return std::nullopt;
  return settled;
}

}  // namespace ddx
