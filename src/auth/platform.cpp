#include "auth/platform.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace ddx::auth {

namespace {

struct PlatformWords {
  Platform platform;
  std::string_view key;
  const char* name;
};

constexpr std::array<PlatformWords, 6> platform_words{{
    {Platform::github, "github", "GitHub"},
    {Platform::gitlab, "gitlab", "GitLab"},
    {Platform::bitbucket_cloud, "bitbucket", "Bitbucket Cloud"},
    {Platform::bitbucket_server, "bitbucket-server", "Bitbucket Data Center"},
    {Platform::gitea, "gitea", "Gitea or Forgejo"},
    {Platform::unknown, "", "unknown"},
}};

const PlatformWords& words_for(Platform platform) {
  return *std::find_if(platform_words.begin(), platform_words.end(),
                       [&](const PlatformWords& words) { return words.platform == platform; });
}

bool mention(const std::vector<std::string>& challenges, std::string_view word) {
  return std::any_of(challenges.begin(), challenges.end(), [&](const std::string& challenge) {
    return fold_case(challenge).find(word) != std::string::npos;
  });
}

bool offer(const std::vector<std::string>& challenges, std::string_view scheme) {
  return std::any_of(challenges.begin(), challenges.end(),
                     [&](const std::string& challenge) { return fold_case(challenge).starts_with(scheme); });
}

std::string user_for(Platform platform, std::string_view token) {
  switch (platform) {
    case Platform::gitlab:
      return "oauth2";
    case Platform::bitbucket_cloud:
      return token.starts_with("ATATT") ? "x-bitbucket-api-token-auth" : "x-token-auth";
    case Platform::bitbucket_server:
      return "x-token-auth";
    case Platform::github:
    case Platform::gitea:
    case Platform::unknown:
      return "x-access-token";
  }
  return {};
}

}  // namespace

Platform platform_of(const Origin& origin, const std::vector<std::string>& challenges) {
  const std::string& host = origin.host;
  if (host == "github.com" || host.ends_with(".ghe.com") || host.starts_with("github."))
    return Platform::github;
  if (host == "gitlab.com" || host.starts_with("gitlab.")) return Platform::gitlab;
  if (host == "bitbucket.org") return Platform::bitbucket_cloud;
  if (host == "codeberg.org" || host.starts_with("gitea.") || host.starts_with("forgejo."))
    return Platform::gitea;
  if (host.starts_with("bitbucket.")) return Platform::bitbucket_server;
  if (mention(challenges, "github")) return Platform::github;
  if (mention(challenges, "gitlab")) return Platform::gitlab;
  if (mention(challenges, "gitea") || mention(challenges, "forgejo")) return Platform::gitea;
  if (mention(challenges, "bitbucket")) return Platform::bitbucket_server;
  return Platform::unknown;
}

Platform platform_of(const CredentialProvider::Request& request, const Host& host) {
  const Platform said = platform_from_key(host.environment("DDX_PLATFORM").value_or(""));
  return said == Platform::unknown ? platform_of(request.origin, request.challenges) : said;
}

std::string name_of(Platform platform) { return words_for(platform).name; }

std::string key_of(Platform platform) { return std::string(words_for(platform).key); }

Platform platform_from_key(std::string_view key) {
  for (const PlatformWords& words : platform_words)
    if (words.key == key) return words.platform;
  return Platform::unknown;
}

bool wants_token_alone(const std::vector<std::string>& challenges) {
  return offer(challenges, "bearer") && !offer(challenges, "basic");
}

Credential token_credential(Platform platform, const Secret& token, const std::string& username,
                            const std::vector<std::string>& challenges) {
  Credential credential;
  credential.secret = token;
  // Project and repository tokens of Bitbucket Data Center work in no other way.
  if (wants_token_alone(challenges) || (platform == Platform::bitbucket_server && username.empty())) {
    credential.scheme = Credential::Scheme::bearer;
  } else {
    credential.username = username.empty() ? user_for(platform, token.reveal()) : username;
  }
  return credential;
}

}  // namespace ddx::auth
