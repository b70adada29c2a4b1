#pragma once

#include <string>
#include <vector>

#include "auth/platform.hpp"
#include "ddx/auth.hpp"

namespace ddx::auth {

/// Asks the platform about a credential, and the server for the repository. Where only the second can answer,
/// a repository that is read vouches for the credential if the server wants one for it; a public one is read
/// with any. \param challenges  what the server says to who comes without; see `challenges_of` \throws Error
/// (network, …)
[[nodiscard]] Account examine_login(Platform platform, const LoginTarget& target,
                                    const Credential& credential, const std::vector<std::string>& challenges,
                                    Host& host);

}  // namespace ddx::auth
