#pragma once

#include <array>
#include <cstddef>

namespace ddx {

/// Ten bytes from the operating system's generator: what an operation's id needs. \throws std::system_error
[[nodiscard]] std::array<std::byte, 10> random_bytes();

}  // namespace ddx
