#include "auth/platform_api.hpp"

#include <catch2/catch_test_macros.hpp>

#include "auth/platform.hpp"
#include "ddx/error.hpp"
#include "support/fake_platform.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using auth::Platform;
using test::FakePlatform;
using Verdict = Account::Verdict;

namespace {

Origin origin(const std::string& url) { return *Origin::of(UpstreamUrl::parse(url + "/")); }

Credential token(const std::string& bytes, const std::string& username = "") {
  Credential credential;
  credential.username = username;
  credential.secret = Secret(bytes);
  return credential;
}

Account examined(Platform platform, const FakePlatform::Behaviour& behaviour, const Credential& credential) {
  FakePlatform server(behaviour);
  test::TestHost host;
  return auth::examine(platform, origin(server.url()), credential, host);
}

}  // namespace

TEST_CASE("the REST interface is where each platform has it", "[auth][api]") {
  using auth::api_base;
  CHECK(api_base(Platform::github, origin("https://github.com")) == "https://api.github.com");
  CHECK(api_base(Platform::github, origin("https://corp.ghe.com")) == "https://api.corp.ghe.com");
  CHECK(api_base(Platform::github, origin("https://ghe.example.com:8443")) ==
        "https://ghe.example.com:8443/api/v3");
  CHECK(api_base(Platform::gitlab, origin("https://gitlab.com")) == "https://gitlab.com/api/v4");
  CHECK(api_base(Platform::bitbucket_cloud, origin("https://bitbucket.org")) ==
        "https://api.bitbucket.org/2.0");
  CHECK(api_base(Platform::bitbucket_server, origin("https://git.example.com")) ==
        "https://git.example.com/rest/api/latest");
  CHECK(api_base(Platform::gitea, origin("https://codeberg.org")) == "https://codeberg.org/api/v1");
  CHECK(api_base(Platform::unknown, origin("https://git.example.com")).empty());
}

TEST_CASE("GitHub says who it is, with what scopes, until when", "[auth][api]") {
  const auto github = [](const FakePlatform::Request& request) -> FakePlatform::Answer {
    if (request.path != "/api/v3/user" || request.headers.at("authorization") != "Bearer good")
      return {401, R"({"message":"Bad credentials"})"};
    return {200,
            R"({"login":"ada"})",
            {"X-OAuth-Scopes: repo, read:org",
             "GitHub-Authentication-Token-Expiration: 2027-01-31 12:00:00 UTC"}};
  };
  const Account account = examined(Platform::github, github, token("good"));
  CHECK(account.verdict == Verdict::good);
  CHECK(account.user == "ada");
  CHECK(account.scopes == std::vector<std::string>{"repo", "read:org"});
  CHECK(account.missing.empty());
  CHECK(account.expires == std::chrono::sys_days(std::chrono::year(2027) / 1 / 31) + std::chrono::hours(12));
  CHECK(account.will_do());
  const Account bad = examined(Platform::github, github, token("bad"));
  CHECK(bad.verdict == Verdict::refused);
  CHECK(bad.said == "Bad credentials");
  CHECK_FALSE(bad.will_do());
}

TEST_CASE("a token of GitHub without a scope, or without an organization's consent, lacks it",
          "[auth][api]") {
  const Account bare = examined(
      Platform::github,
      [](auto&) {
        return FakePlatform::Answer{200, R"({"login":"ada"})", {"X-OAuth-Scopes: "}};
      },
      token("good"));
  CHECK(bare.missing == std::vector<std::string>{"repo"});
  CHECK_FALSE(bare.will_do());
  const Account alone = examined(
      Platform::github,
      [](auto&) {
        return FakePlatform::Answer{
            403,
            R"({"message":"Resource protected by organization SAML enforcement."})",
            {"X-GitHub-SSO: required; url=https://github.com/orgs/x/sso?authorization_request=1"}};
      },
      token("good"));
  CHECK(alone.verdict == Verdict::good);
  CHECK(alone.authorize_at == "https://github.com/orgs/x/sso?authorization_request=1");
  const Account fine_grained = examined(
      Platform::github,
      [](auto&) {
        return FakePlatform::Answer{200, R"({"login":"ada"})"};
      },
      token("good"));
  CHECK_FALSE(fine_grained.scopes);
  CHECK(fine_grained.will_do());
}

TEST_CASE("GitLab says who it is and what the token may do", "[auth][api]") {
  const auto gitlab = [](const FakePlatform::Request& request) -> FakePlatform::Answer {
    if (request.path == "/api/v4/job" && request.headers.at("job-token") == "job")
      return {200, R"({"name":"build"})"};
    if (request.headers.at("authorization") != "Bearer good")
      return {401, R"({"message":"401 Unauthorized"})"};
    if (request.path == "/api/v4/user") return {200, R"({"username":"ada"})"};
    return {200, R"({"scopes":["read_user"],"expires_at":"2027-01-31"})"};
  };
  const Account account = examined(Platform::gitlab, gitlab, token("good"));
  CHECK(account.user == "ada");
  CHECK(account.missing == std::vector<std::string>{"read_repository"});
  CHECK(account.expires.has_value());
  CHECK(examined(Platform::gitlab, gitlab, token("bad")).verdict == Verdict::refused);
  CHECK(examined(Platform::gitlab, gitlab, token("job", "gitlab-ci-token")).verdict == Verdict::good);
}

TEST_CASE("Bitbucket and Gitea are asked in their own ways", "[auth][api]") {
  const auto cloud = [](const FakePlatform::Request& request) -> FakePlatform::Answer {
    const std::string sent = request.headers.at("authorization");
    if (sent == "Basic YWRhQGV4YW1wbGUuY29tOkFUQVRUM2dvb2Q=" || sent == "Bearer ATCTT3good")
      return {200, R"({"username":"ada"})", {"x-oauth-scopes: account"}};
    return {401, ""};
  };
  const Account api_token =
      examined(Platform::bitbucket_cloud, cloud, token("ATATT3good", "ada@example.com"));
  CHECK(api_token.user == "ada");
  CHECK(api_token.missing == std::vector<std::string>{"read:repository:bitbucket"});
  CHECK(examined(Platform::bitbucket_cloud, cloud, token("ATCTT3good")).verdict == Verdict::good);
  CHECK(examined(Platform::bitbucket_cloud, cloud, token("ATATT3good")).verdict == Verdict::unchecked);
  const Account server = examined(
      Platform::bitbucket_server,
      [](const FakePlatform::Request& request) -> FakePlatform::Answer {
        return {request.path == "/rest/api/latest/application-properties" ? 200 : 404,
                "{}",
                {"X-AUSERNAME: ada"}};
      },
      token("good"));
  CHECK(server.user == "ada");
  const Account gitea = examined(
      Platform::gitea,
      [](const FakePlatform::Request& request) -> FakePlatform::Answer {
        return {request.headers.at("authorization") == "token good" ? 200 : 401, R"({"login":"ada"})"};
      },
      token("good"));
  CHECK(gitea.user == "ada");
}

TEST_CASE("pages, nonsense and trouble from a platform are survived", "[auth][api]") {
  for (const std::string& body :
       std::vector<std::string>{"<!doctype html>", "", "[1,2", "{\"login\":7}", "null", "\"x\"", "\xff"}) {
    const Account account = examined(
        Platform::github,
        [&](auto&) {
          return FakePlatform::Answer{200, body};
        },
        token("good"));
    CHECK(account.user.empty());
  }
  CHECK_THROWS_AS(examined(
                      Platform::github,
                      [](auto&) {
                        return FakePlatform::Answer{503, "busy"};
                      },
                      token("x")),
                  Error);
  CHECK_THROWS_AS(examined(
                      Platform::github,
                      [](auto&) {
                        return FakePlatform::Answer{200, std::string(2'000'000, 'x')};
                      },
                      token("x")),
                  Error);
}

TEST_CASE("a token does not follow a redirect", "[auth][api]") {
  FakePlatform other([](auto&) { return FakePlatform::Answer{200, R"({"login":"eve"})"}; });
  const Account account = examined(
      Platform::github,
      [&](auto&) {
        return FakePlatform::Answer{302, "", {"Location: " + other.url() + "/api/v3/user"}};
      },
      token("good"));
  CHECK(account.user.empty());
  CHECK(other.requests().empty());
}

TEST_CASE("an unknown server tells what it is by how it answers, or the user does", "[auth][api]") {
  const auto detected = [](const FakePlatform::Answer& answer, const std::string& named = "") {
    FakePlatform server([&](auto&) { return answer; });
    test::TestHost host;
    if (!named.empty()) host.environment["DDX_PLATFORM"] = named;
    return auth::detect_platform(origin(server.url()), host);
  };
  CHECK(detected({302, "", {"X-Gitlab-Meta: {}"}}) == Platform::gitlab);
  CHECK(detected({200, "", {"X-GitHub-Request-Id: 1"}}) == Platform::github);
  CHECK(detected({200, "", {"Set-Cookie: i_like_gitea=1; Path=/"}}) == Platform::gitea);
  CHECK(detected({401, "", {"WWW-Authenticate: Basic realm=\"GitLab\""}}) == Platform::gitlab);
  CHECK(detected({200, "<title>Bitbucket</title>", {"X-AREQUESTID: 1"}}) == Platform::bitbucket_server);
  CHECK(detected({200, "hello"}) == Platform::unknown);
  CHECK(detected({200, "hello"}, "gitea") == Platform::gitea);
  CHECK_THROWS_AS(detected({200, "hello"}, "sourceforge"), Error);
  test::TestHost host;
  CHECK(auth::detect_platform(origin("http://127.0.0.1:" + std::to_string(test::unused_port())), host) ==
        Platform::unknown);
}
