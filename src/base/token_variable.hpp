#pragma once

#include <string>

namespace ddx {

/// The name of the variable that holds a token for a host: `DDX_TOKEN_GIT_EXAMPLE_COM`. Whatever is no ASCII
/// letter or digit becomes `_`.
[[nodiscard]] std::string token_variable(const std::string& host_and_port);

}  // namespace ddx
