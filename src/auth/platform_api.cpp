#include "auth/platform_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "auth/ask.hpp"
#include "base/base64.hpp"
#include "base/time.hpp"
#include "ddx/error.hpp"

namespace ddx::auth {

namespace {

using Json = nlohmann::json;
using net::WholeAnswer;

constexpr std::chrono::milliseconds probe_limit{2'000};

Json parse(const std::string& body) { return Json::parse(body, nullptr, false); }

std::string text_at(const Json& json, const char* key) {
  if (!json.is_object()) return {};
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The platforms' reasons for a refusal, wherever they put them.
std::string reason_in(const std::string& body) {
  const Json json = parse(body);
  for (const char* key : {"message", "error_description", "error"})
    if (std::string text = text_at(json, key); !text.empty()) return text;
  if (json.is_object() && json.contains("error")) return text_at(json["error"], "message");
  return {};
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t start = list.find_first_not_of(", ");
    if (start == list.npos) break;
    list.remove_prefix(start);
    words.emplace_back(list.substr(0, list.find_first_of(", ")));
    list.remove_prefix(words.back().size());
  }
  return words;
}

std::string basic(std::string_view username, const Secret& secret) {
  std::string pair = fmt::format("{}:{}", username, secret.reveal());
  std::string header = "Authorization: Basic " + encode_base64(pair);
  Secret::wipe(pair.data(), pair.size());
  return header;
}

/// Headers that hold a secret are wiped when the request goes.
class Request {
 public:
  Request(std::string url, std::string authorization)
      : request_{std::move(url), {"Accept: application/json"}} {
    request_.headers.push_back(std::move(authorization));
  }
  Request(const Request&) = delete;
  ~Request() { Secret::wipe(request_.headers.back().data(), request_.headers.back().size()); }
  [[nodiscard]] WholeAnswer send(Host& host) { return ask(request_, host); }

 private:
  net::HttpRequest request_;
};

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
      if (credential.username.find('@') != std::string::npos)
        return basic(credential.username, credential.secret);
      break;
    default:
      break;
  }
  return fmt::format("Authorization: Bearer {}", token);
}

struct Question {
  std::string path;
  const char* name_key;
};

Question who(Platform platform, const Credential& credential) {
  switch (platform) {
    case Platform::github:
    case Platform::gitea:
      return {"/user", "login"};
    case Platform::gitlab:
      if (credential.username == "gitlab-ci-token") return {"/job", "name"};
      return {"/user", "username"};
    case Platform::bitbucket_cloud:
      return {"/user", "username"};
    case Platform::bitbucket_server:
      return {"/application-properties", ""};
    case Platform::unknown:
      break;
  }
  return {};
}

bool has_any(const std::vector<std::string>& scopes, std::initializer_list<std::string_view> wanted) {
  return std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
    return std::find(wanted.begin(), wanted.end(), scope) != wanted.end();
  });
}

void judge_scopes(Platform platform, Account& account) {
  if (!account.scopes) return;
  const std::vector<std::string>& scopes = *account.scopes;
  if (platform == Platform::github && !has_any(scopes, {"repo", "public_repo"})) account.missing = {"repo"};
  if (platform == Platform::gitlab && !has_any(scopes, {"api", "read_repository", "write_repository"}))
    account.missing = {"read_repository"};
  if (platform == Platform::bitbucket_cloud &&
      !has_any(scopes, {"repository", "repository:write", "repository:admin", "read:repository:bitbucket"}))
    account.missing = {"read:repository:bitbucket"};
}

/// `2026-01-31 12:00:00 UTC`, as GitHub writes it; `2026-01-31`, as GitLab does.
std::optional<std::chrono::sys_seconds> parse_expiry(std::string text) {
  if (const std::size_t utc = text.find(" UTC"); utc != text.npos) text.resize(utc);
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  return parse_iso(text);
}

/// `required; url=https://…`
std::string sso_page(const std::string& header) {
  const std::size_t url = header.find("url=");
  if (url == header.npos) return {};
  const std::string page = header.substr(url + 4);
  return page.starts_with("https://") ? page : "";
}

void ask_gitlab_for_scopes(const std::string& base, const Credential& credential, Account& account,
                           Host& host) {
  const WholeAnswer answer =
      Request(base + "/personal_access_tokens/self", api_authorization(Platform::gitlab, credential))
          .send(host);
  const Json json = parse(answer.body);
  if (answer.status != 200 || !json.is_object()) return;
  if (const auto scopes = json.find("scopes"); scopes != json.end() && scopes->is_array()) {
    account.scopes.emplace();
    for (const Json& scope : *scopes)
      if (scope.is_string()) account.scopes->push_back(scope.get<std::string>());
  }
  account.expires = parse_expiry(text_at(json, "expires_at"));
}

void read_headers(Platform platform, const WholeAnswer& answer, Account& account) {
  if (answer.headers.contains("x-oauth-scopes")) account.scopes = words_of(answer.header("x-oauth-scopes"));
  account.expires = parse_expiry(answer.header("github-authentication-token-expiration"));
  account.authorize_at = sso_page(answer.header("x-github-sso"));
  if (platform == Platform::bitbucket_server) account.user = answer.header("x-ausername");
}

std::string refs_url(const Origin& origin, const std::string& path) {
  return fmt::format("{}/{}/info/refs?service=git-upload-pack", origin.str(), path);
}

}  // namespace

Platform detect_platform(const Origin& origin, Host& host) {
  if (const auto named = host.environment("DDX_PLATFORM"); named && !named->empty()) {
    const Platform platform = platform_from_key(*named);
    if (platform == Platform::unknown)
      throw Error(
          ErrorCode::usage,
          fmt::format(
              "'{}' is no platform that ddx knows: github, gitlab, bitbucket, bitbucket-server, gitea",
              *named));
    return platform;
  }
  const Platform known = platform_of(origin, {});
  if (known != Platform::unknown) return known;
  try {
    net::HttpRequest probe{origin.str() + "/", {}};
    const WholeAnswer answer = ask(probe, host, {probe_limit, probe_limit});
    const std::string cookies = answer.header("set-cookie");
    const auto says = [&](const char* name) { return answer.headers.contains(name); };
    if (says("x-gitlab-meta") || says("x-gitlab-feature-category")) return Platform::gitlab;
    if (says("x-github-request-id")) return Platform::github;
    if (cookies.find("i_like_gitea") != cookies.npos || cookies.find("i_like_forgejo") != cookies.npos)
      return Platform::gitea;
    if (says("x-arequestid") && answer.body.find("Bitbucket") != std::string::npos)
      return Platform::bitbucket_server;
    return platform_of(origin, answer.all("www-authenticate"));
  } catch (const Error& failure) {
    host.events.trace(fmt::format("cannot tell what '{}' is: {}", origin.host_and_port(), failure.what()));
    return Platform::unknown;
  }
}

std::string api_base(Platform platform, const Origin& origin) {
  switch (platform) {
    case Platform::github:
      if (origin.host == "github.com") return "https://api.github.com";
      if (origin.host.ends_with(".ghe.com")) return "https://api." + origin.host;
      return origin.str() + "/api/v3";
    case Platform::gitlab:
      return origin.str() + "/api/v4";
    case Platform::bitbucket_cloud:
      return origin.host == "bitbucket.org" ? "https://api.bitbucket.org/2.0" : origin.str() + "/2.0";
    case Platform::bitbucket_server:
      return origin.str() + "/rest/api/latest";
    case Platform::gitea:
      return origin.str() + "/api/v1";
    case Platform::unknown:
      break;
  }
  return {};
}

Account examine(Platform platform, const Origin& origin, const Credential& credential, Host& host) {
  Account account;
  const std::string base = api_base(platform, origin);
  if (base.empty()) return account;
  account.platform = name_of(platform);
  // The address that this interface wants with an API token is not known.
  if (platform == Platform::bitbucket_cloud && credential.secret.reveal().starts_with("ATATT") &&
      credential.username.find('@') == std::string::npos)
    return account;
  const Question question = who(platform, credential);
  const WholeAnswer answer =
      Request(base + question.path, api_authorization(platform, credential)).send(host);
  read_headers(platform, answer, account);
  if (answer.status == 401) {
    account.verdict = Account::Verdict::refused;
    account.said = reason_in(answer.body);
    return account;
  }
  if (answer.status == 200) {
    account.verdict = Account::Verdict::good;
    if (account.user.empty()) account.user = text_at(parse(answer.body), question.name_key);
  } else if (answer.status == 403) {
    // It is known, but may not ask who it is: tokens of builds, and such with few scopes.
    account.verdict = Account::Verdict::good;
    account.said = reason_in(answer.body);
  } else if (answer.status >= 500 || answer.status == 429) {
    throw Error(ErrorCode::server_error,
                fmt::format("'{}' answers {} when it is asked about the login", origin.host_and_port(),
                            answer.status),
                {{Recovery::retry}});
  }
  if (platform == Platform::gitlab && credential.username != "gitlab-ci-token")
    ask_gitlab_for_scopes(base, credential, account, host);
  judge_scopes(platform, account);
  return account;
}

std::vector<std::string> challenges_of(const Origin& origin, const std::string& path, Host& host) {
  if (path.empty()) return {};
  net::HttpRequest request{refs_url(origin, path), {}};
  return ask(request, host).all("www-authenticate");
}

void examine_repository(const Origin& origin, const std::string& path, const Credential& credential,
                        Host& host, Account& account) {
  if (path.empty()) return;
  const std::string authorization = credential.scheme == Credential::Scheme::bearer
                                        ? fmt::format("Authorization: Bearer {}", credential.secret.reveal())
                                        : basic(credential.username, credential.secret);
  const WholeAnswer answer = Request(refs_url(origin, path), authorization).send(host);
  if (answer.status == 200) account.repository = Account::Repository::readable;
  if (answer.status == 401) account.verdict = Account::Verdict::refused;
  if (answer.status == 401 || answer.status == 403 || answer.status == 404)
    account.repository = Account::Repository::denied;
}

std::string token_page(Platform platform, const Origin& origin) {
  switch (platform) {
    case Platform::github:
      return origin.str() + "/settings/tokens";
    case Platform::gitlab:
      return origin.str() + "/-/user_settings/personal_access_tokens";
    case Platform::bitbucket_cloud:
      return "https://id.atlassian.com/manage-profile/security/api-tokens";
    case Platform::bitbucket_server:
      return origin.str() + "/plugins/servlet/access-tokens/manage";
    case Platform::gitea:
      return origin.str() + "/user/settings/applications";
    case Platform::unknown:
      break;
  }
  return {};
}

}  // namespace ddx::auth
