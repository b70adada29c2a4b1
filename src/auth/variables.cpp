#include "auth/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "auth/platform.hpp"
#include "auth/token_text.hpp"
#include "base/token_variable.hpp"
#include "ddx/error.hpp"

namespace ddx::auth {

namespace {

/// What came with a user name may be a password, which is taken as it is.
enum class Form { token, password };

/// A token at hand, and the only origin that it is for.
class TokenSource final : public Source {
 public:
  using Take = std::function<std::optional<Secret>()>;

  TokenSource(std::string name, Take take, std::optional<Origin> origin, std::string username,
              const Host& host, Form form = Form::token)
      : name_(std::move(name)),
        take_(std::move(take)),
        origin_(std::move(origin)),
        username_(std::move(username)),
        host_(host),
        form_(form) {}

  [[nodiscard]] std::string name() const override { return name_; }

  Answer find(const Request& request) override {
    const std::optional<Secret> taken = take_();
    const Secret given = taken.value_or(Secret());
    const Secret token = form_ == Form::token ? trimmed(given) : given;
    if (token.empty()) return {{}, "not set"};
    if (!origin_) return {{}, "set, but what it is for is not known"};
    if (*origin_ != request.origin) return {{}, fmt::format("it is for '{}' only", origin_->host_and_port())};
    if (const std::string why = form_ == Form::token ? why_no_token(token) : why_no_password(token);
        !why.empty())
      return {{}, why};
    return {token_credential(platform_of(request, host_), token, username_, request.challenges)};
  }

 private:
  std::string name_;
  Take take_;
  std::optional<Origin> origin_;
  std::string username_;
  const Host& host_;
  Form form_;
};

std::string value_of(const Host& host, const std::string& name) {
  return host.environment(name.c_str()).value_or("");
}

TokenSource::Take variable(const Host& host, const std::string& name) {
  return [&host, name]() -> std::optional<Secret> {
    auto value = host.environment(name.c_str());
    if (!value) return std::nullopt;
    Secret secret(*value);
    Secret::wipe(value->data(), value->size());
    return secret;
  };
}

/// The variable that a host's name gives; which of its two names depends on the request.
class HostVariable final : public Source {
 public:
  HostVariable(std::optional<Origin> upstream, std::string username, Host& host)
      : upstream_(std::move(upstream)), username_(std::move(username)), host_(host) {}

  [[nodiscard]] std::string name() const override { return name_; }

  Answer find(const Request& request) override {
    const std::string with_port = token_variable(request.origin.host_and_port());
    const std::string without = token_variable(request.origin.host);
    const bool may_omit_port = with_port == without || upstream_ == request.origin;
    const bool has_named_port = host_.environment(with_port.c_str()).has_value();
    name_ = has_named_port || !may_omit_port ? with_port : without;
    return TokenSource(name_, variable(host_, name_), request.origin, username_, host_).find(request);
  }

 private:
  std::optional<Origin> upstream_;
  std::string username_;
  Host& host_;
  std::string name_ = "DDX_TOKEN_…";
};

std::optional<Origin> origin_of(const std::string& url) {
  if (url.empty()) return std::nullopt;
  try {
    return Origin::of(UpstreamUrl::parse(url));
  } catch (const Error&) {
    return std::nullopt;  // a variable that is no URL names no server
  }
}

std::optional<Origin> gitlab_of(const Host& host) {
  const std::string name = value_of(host, "CI_SERVER_HOST");
  if (name.empty()) return origin_of(value_of(host, "CI_SERVER_URL"));
  const std::string protocol = value_of(host, "CI_SERVER_PROTOCOL"), port = value_of(host, "CI_SERVER_PORT");
  return origin_of(
      fmt::format("{}://{}{}/", protocol.empty() ? "https" : protocol, name, port.empty() ? "" : ":" + port));
}

std::optional<Origin> gh_of(const Host& host, const std::string& otherwise) {
  const std::string name = value_of(host, "GH_HOST");
  return origin_of("https://" + (name.empty() ? otherwise : name) + "/");
}

/// `gh` gives GH_TOKEN to github.com and to GitHub's own clouds for companies.
std::optional<Origin> gh_cloud(const Host& host) {
  const auto origin = gh_of(host, "github.com");
  if (origin && origin->host.ends_with(".ghe.com")) return origin;
  return origin_of("https://github.com/");
}

std::optional<Origin> gh_enterprise(const Host& host) {
  if (value_of(host, "GH_HOST").empty()) return std::nullopt;
  const auto origin = gh_of(host, "");
  return origin && origin->host != "github.com" ? origin : std::nullopt;
}

/// GitHub, Gitea and Forgejo say to their jobs in the same variable which server they run on.
std::optional<Origin> actions_server(const Host& host) {
  const std::string url = value_of(host, "GITHUB_SERVER_URL");
  return url.empty() ? gh_cloud(host) : origin_of(url);
}

/// A job of GitHub has the variable too, and may hold a token for another server.
std::optional<Origin> not_github(std::optional<Origin> server) {
  if (server && (server->host == "github.com" || server->host.ends_with(".ghe.com"))) return std::nullopt;
  return server;
}

std::optional<Origin> gitea_server(const Host& host) {
  return not_github(origin_of(value_of(host, "GITHUB_SERVER_URL")));
}

std::optional<Origin> forgejo_server(const Host& host) {
  const std::string url = value_of(host, "FORGEJO_SERVER_URL");
  return url.empty() ? gitea_server(host) : not_github(origin_of(url));
}

std::optional<Origin> bitbucket_cloud(const Host&) { return origin_of("https://bitbucket.org/"); }

struct CiToken {
  const char* variable;
  std::optional<Origin> (*server)(const Host& host);
  const char* username;  ///< empty: what the platform expects
};

constexpr std::array<CiToken, 9> ci_tokens{{
    {"GH_TOKEN", gh_cloud, "x-access-token"},
    {"GITHUB_TOKEN", actions_server, "x-access-token"},
    {"GH_ENTERPRISE_TOKEN", gh_enterprise, "x-access-token"},
    {"GITHUB_ENTERPRISE_TOKEN", gh_enterprise, "x-access-token"},
    {"GITEA_TOKEN", gitea_server, "x-access-token"},
    {"FORGEJO_TOKEN", forgejo_server, "x-access-token"},
    {"CI_JOB_TOKEN", gitlab_of, "gitlab-ci-token"},
    {"BITBUCKET_ACCESS_TOKEN", bitbucket_cloud, ""},
    {"BITBUCKET_TOKEN", bitbucket_cloud, ""},
}};

}  // namespace

std::vector<std::unique_ptr<Source>> explicit_sources(const std::optional<Origin>& upstream,
                                                      const std::optional<Origin>& token_origin,
                                                      const std::string& username, Host& host) {
  std::vector<std::unique_ptr<Source>> sources;
  if (!host.token.empty())
    sources.push_back(std::make_unique<TokenSource>(
        host.token_source, [&host] { return host.token; }, token_origin,
        host.token_user.empty() ? username : host.token_user, host,
        host.token_user.empty() ? Form::token : Form::password));
  sources.push_back(std::make_unique<HostVariable>(upstream, username, host));
  sources.push_back(
      std::make_unique<TokenSource>("DDX_TOKEN", variable(host, "DDX_TOKEN"), upstream, username, host));
  return sources;
}

std::vector<std::unique_ptr<Source>> ci_sources(Host& host) {
  std::vector<std::unique_ptr<Source>> sources;
  for (const CiToken& token : ci_tokens)
    if (host.environment(token.variable))
      sources.push_back(std::make_unique<TokenSource>(token.variable, variable(host, token.variable),
                                                      token.server(host), token.username, host));
  return sources;
}

std::vector<CiServer> ci_servers(const Host& host) {
  std::vector<CiServer> servers;
  for (const CiToken& token : ci_tokens)
    if (!value_of(host, token.variable).empty()) servers.push_back({token.variable, token.server(host)});
  return servers;
}

}  // namespace ddx::auth
