#pragma once

#include <string>
#include <string_view>

namespace ddx {

/// A part of a URL or a form: whatever is no ASCII letter, digit or one of `-._~` becomes `%XX`.
/// `percent_decoded` takes it back.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace ddx
