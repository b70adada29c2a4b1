#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "auth/login_record.hpp"
#include "auth/platform.hpp"
#include "ddx/auth.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// What kind of server an origin is: `DDX_PLATFORM` says it, its name does, or what it answers to one
/// request.
[[nodiscard]] Platform detect_platform(const Origin& origin, Host& host);

/// Where the platform's REST interface is, without a slash at the end. Empty for `Platform::unknown`.
[[nodiscard]] std::string api_base(Platform platform, const Origin& origin);

/// Asks the platform whose token this is and what it may do.
/// \throws Error (network, …) when it cannot be asked
[[nodiscard]] Account examine(Platform platform, const Origin& origin, const Credential& credential,
                              Host& host);

/// What the server says when git asks for the repository without a login. Empty where it wants none.
[[nodiscard]] std::vector<std::string> challenges_of(const Origin& origin, const std::string& path,
                                                     Host& host);

/// Whether anybody may read the repository. \throws Error (not_git, server_error)
[[nodiscard]] bool is_public(const Origin& origin, const std::string& path, Host& host);

/// Asks for the repository itself, as git does, and adds the answer to the account: a 401 there refuses the
/// credential, whatever else is known of it. \param path  empty: nothing is asked
void examine_repository(const Origin& origin, const std::string& path, const Credential& credential,
                        Host& host, Account& account);

/// The page on which a token is made or revoked. Empty where none is known.
[[nodiscard]] std::string token_page(Platform platform, const Origin& origin);

}  // namespace ddx::auth
