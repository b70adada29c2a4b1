#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

namespace ddx {

/// `2026-01-31T12:00:00Z`
[[nodiscard]] std::string iso_utc(std::chrono::sys_seconds time);

/// A ULID: 48 bits of milliseconds and 80 of randomness in Crockford's base 32, 26 characters. Later ones
/// sort later.
[[nodiscard]] std::string make_ulid(std::chrono::system_clock::time_point now,
                                    const std::array<std::byte, 10>& random);

}  // namespace ddx
