#pragma once

#include <chrono>
#include <string>

namespace ddx::net {

/// A silence is told when this part of its limit is over.
inline constexpr int silence_told_after = 3;

/// "'HOST' is silent; waiting up to 30 s for it". \param limit  of the whole silence
[[nodiscard]] std::string silence_note(const std::string& who, std::chrono::milliseconds limit);

}  // namespace ddx::net
