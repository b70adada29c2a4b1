#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ddx/change.hpp"
#include "ddx/marked_text.hpp"
#include "lines/text_merge.hpp"

namespace ddx {

/// Takes a file with conflict markers apart. What is around the markers, hunks that were resolved by hand
/// included, is text. \returns nothing if a hunk cannot be told apart: a marker is missing, or `=======`
/// stands in it twice
[[nodiscard]] std::optional<MarkedText> parse_markers(std::string_view bytes, int marker_size,
                                                      const MergeLabels& labels);

/// The hunk's lines between markers.
[[nodiscard]] std::string marked_lines(const MarkedHunk& hunk, int marker_size, const MergeLabels& labels,
                                       ConflictStyle style);

struct SettledMarkers {
  std::string bytes;
  int hunks = 0;
};

/// Replaces the conflicts that are still marked in a file by one side of them. \returns nothing where
/// `parse_markers` does
[[nodiscard]] std::optional<SettledMarkers> settle_markers(std::string_view bytes, int marker_size,
                                                           const MergeLabels& labels, Side side);

}  // namespace ddx
