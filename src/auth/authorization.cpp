#include "auth/authorization.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"

namespace ddx::auth {

std::string basic_authorization(const Credential& credential) {
  std::string pair = fmt::format("{}:{}", credential.username, credential.secret.reveal());
  std::string header = "Authorization: Basic " + encode_base64(pair);
  Secret::wipe(pair.data(), pair.size());
  return header;
}

std::string api_authorization(Platform platform, const Credential& credential) {
  const std::string_view token = credential.secret.reveal();
  switch (platform) {
    case Platform::gitlab:
      if (credential.username == "gitlab-ci-token") return fmt::format("JOB-TOKEN: {}", token);
      break;
    case Platform::gitea:
      return fmt::format("Authorization: token {}", token);
    case Platform::bitbucket_cloud:
      // The interface wants the account's address with an API token, and git a fixed name.
      if (credential.username.find('@') != std::string::npos) return basic_authorization(credential);
      break;
    default:
      break;
  }
  return fmt::format("Authorization: Bearer {}", token);
}

}  // namespace ddx::auth
