#pragma once

#include <string>

#include "auth/platform.hpp"
#include "ddx/credential.hpp"

namespace ddx::auth {

/// The header, `Name: value`, with which a platform's REST interface is told who asks. Whoever sends it wipes
/// it.
[[nodiscard]] std::string api_authorization(Platform platform, const Credential& credential);

/// The header that says user name and password, as git sends them.
[[nodiscard]] std::string basic_authorization(const Credential& credential);

}  // namespace ddx::auth
