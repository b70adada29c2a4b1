#pragma once

#include <string>
#include <string_view>

namespace ddx::hosting {

/// A value as it may stand in a URL's query, or as one component of its path.
[[nodiscard]] std::string encoded(std::string_view text);
/// A path as it may stand in a URL: its slashes stay.
[[nodiscard]] std::string encoded_path(std::string_view path);

}  // namespace ddx::hosting
