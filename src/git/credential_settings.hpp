#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ddx/credential.hpp"
#include "git/user_settings.hpp"

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

/// The same from settings that were read already.
[[nodiscard]] CredentialSettings credential_settings(const UserSettings& user, const Origin& origin,
                                                     const std::string& path);

}  // namespace ddx::git
