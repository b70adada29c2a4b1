#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ddx {

/// `2026-01-31T12:00:00Z`
[[nodiscard]] std::string iso_utc(std::chrono::sys_seconds time);

/// A point in time as ISO 8601 writes it: `2026-01-31`, `2026-01-31T12:00`, `…:00:00`; in UTC unless `Z`,
/// `+01:00` or the like says otherwise. \returns nothing for anything else
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_iso(std::string_view text);
/// `2026-01-31` (the last second of that day), `2026-01-31T12:00`, `2026-01-31T12:00:30`, with or without a
/// 'Z'; always UTC. \returns nothing if it is none of these
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_moment(std::string_view text);

/// When a ULID was made. \returns nothing if it is none
[[nodiscard]] std::optional<std::chrono::sys_seconds> ulid_time(std::string_view ulid);

/// A ULID: 48 bits of milliseconds and 80 of randomness in Crockford's base 32, 26 characters. Later ones
/// sort later.
[[nodiscard]] std::string make_ulid(std::chrono::system_clock::time_point now,
                                    const std::array<std::byte, 10>& random);

}  // namespace ddx
