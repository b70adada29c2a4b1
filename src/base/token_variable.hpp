#pragma once

#include <string>

namespace ddx {

/// The name of the variable that holds a token for a host: `DDX_TOKEN_GIT_EXAMPLE_COM`. A dot and the colon
/// before a port become `_`, a hyphen `__` and anything else `___`, so that no two hosts share one.
[[nodiscard]] std::string token_variable(const std::string& host_and_port);

}  // namespace ddx
