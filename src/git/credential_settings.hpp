#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ddx/credential.hpp"

namespace ddx::git {

/// What git's settings say about credentials for one URL: `credential.*` and `credential.<url>.*`.
struct CredentialSettings {
  std::vector<std::string> helpers;  ///< values of `credential.helper`, in the order in which they are asked
  std::string username;              ///< empty: none is set
  bool use_http_path = false;
  std::string oauth_client_id;  ///< `oauthClientId`, as git-credential-oauth reads it too
};

/// Read as git reads them: the system's settings, the user's, and those of the repository around `folder`
/// if there is one and it is the user's own.
[[nodiscard]] CredentialSettings credential_settings(const std::filesystem::path& folder,
                                                     const Origin& origin, const std::string& path);

/// The same from settings that the git program listed: key and value, in its order.
[[nodiscard]] CredentialSettings credential_settings(
    const std::vector<std::pair<std::string, std::string>>& entries, const Origin& origin,
    const std::string& path);

/// Whether the part between `credential.` and the last dot means this URL: the same scheme, host (where `*`
/// stands for one part of its name) and port, and a path that is equal or leads to it by whole components.
/// Scheme, host and path may each be missing in it.
[[nodiscard]] bool matches_credential_url(std::string_view pattern, const Origin& origin,
                                          const std::string& path);

}  // namespace ddx::git
