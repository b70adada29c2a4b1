#pragma once

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

[[nodiscard]] CredentialSettings credential_settings(const UserSettings& user, const Origin& origin,
                                                     const std::string& path);

}  // namespace ddx::git
