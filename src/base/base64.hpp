#pragma once

#include <string>
#include <string_view>

namespace ddx {

[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// \throws std::invalid_argument
[[nodiscard]] std::string decode_base64(std::string_view text);

}  // namespace ddx
