#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace ddx::cli {

/// Which end of a day that was given without a time.
enum class OfDay { start, end };

/// `2026-01-31`, `2026-01-31T12:00` and longer forms of ISO 8601 in UTC unless a zone says otherwise;
/// `90 minutes ago`, `2 weeks ago`. \returns nothing for anything else
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_when(std::string_view text,
                                                                 std::chrono::sys_seconds now, OfDay day);

}  // namespace ddx::cli
