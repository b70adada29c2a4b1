#pragma once

#include <string_view>

namespace ddx {

/// git's own test: a NUL among the first 8000 bytes.
[[nodiscard]] bool is_binary(std::string_view bytes);

}  // namespace ddx
