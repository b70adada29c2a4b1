#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ddx/change.hpp"
#include "git/text_merge.hpp"

namespace ddx {

struct SettledMarkers {
  std::string bytes;
  int hunks = 0;
};

/// Replaces the conflicts that are still marked in a file by one side of them. What is around the markers,
/// hunks that were resolved by hand included, stays. \returns nothing if a hunk cannot be told apart: a
/// marker is missing, or `=======` stands in it twice
[[nodiscard]] std::optional<SettledMarkers> settle_markers(std::string_view bytes, int marker_size,
                                                           const git::MergeLabels& labels, Side side);

}  // namespace ddx
