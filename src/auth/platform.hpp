#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// What kind of server hosts the repositories: it decides how a token is sent.
enum class Platform { github, gitlab, bitbucket_cloud, bitbucket_server, gitea, unknown };

/// Told by the host's name, or by what the server said when it asked for a login (its realm).
[[nodiscard]] Platform platform_of(const Origin& origin, const std::vector<std::string>& challenges);

/// The same, unless `DDX_PLATFORM` says it.
[[nodiscard]] Platform platform_of(const CredentialProvider::Request& request, const Host& host);

/// "GitHub", for people.
[[nodiscard]] std::string name_of(Platform platform);
/// "github", as `DDX_PLATFORM` and files have it.
[[nodiscard]] std::string key_of(Platform platform);
/// `Platform::unknown` for anything else.
[[nodiscard]] Platform platform_from_key(std::string_view key);

/// Whether a server offers no way to send a user name.
[[nodiscard]] bool wants_token_alone(const std::vector<std::string>& challenges);

/// A token as git's HTTP wants it: with the user name that the platform expects where `username` is empty,
/// or alone where it takes tokens in no other way.
[[nodiscard]] Credential token_credential(Platform platform, const Secret& token, const std::string& username,
                                          const std::vector<std::string>& challenges);

}  // namespace ddx::auth
