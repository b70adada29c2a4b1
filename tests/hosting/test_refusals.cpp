#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_bitbucket_cloud.hpp"
#include "support/fake_bitbucket_server.hpp"
#include "support/fake_gitea.hpp"
#include "support/fake_github.hpp"
#include "support/fake_gitlab.hpp"

using namespace ddx;
using auth::Platform;
using Answer = test::FakePlatform::Answer;

namespace {

/// What a platform answers, and what a user is told of it.
struct Refusal {
  Answer answer;
  ErrorCode code;
  std::string says;  ///< a part of the message
  std::optional<NextStep> leads_to = {};
};

bool has_step(const Error& error, const NextStep& wanted) {
  for (const NextStep& step : error.steps())
    if (step.action == wanted.action && step.subject == wanted.subject) return true;
  return false;
}

/// Each as the answer to the first question.
template <class Fake>
void check_all(Platform platform, const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    INFO(refusal.answer.status << " " << refusal.answer.body);
    test::Connected<Fake> at(platform);
    at.answer_first(refusal.answer);
    const Error error = at.failure([&] { static_cast<void>(at.service->access()); });
    CHECK(error.code() == refusal.code);
    CHECK(std::string(error.what()).find(refusal.says) != std::string::npos);
    if (refusal.leads_to) CHECK(has_step(error, *refusal.leads_to));
    CHECK(at.credentials.refused.empty() == (refusal.code != ErrorCode::platform_login_refused));
  }
}

/// A page instead of the interface's answer, as proxies and login portals give it, and a limit in plain text.
template <class Fake>
void check_pages(Platform platform) {
  for (const Answer& page :
       std::vector<Answer>{{200, "<!doctype html><title>Log in</title>", {}},
                           {200, "", {}},
                           {502, "<html>bad gateway</html>", {"Content-Type: text/html"}},
                           {503, "down for maintenance", {"Content-Type: text/plain"}}}) {
    INFO(page.status << " " << page.body);
    test::Connected<Fake> at(platform);
    for (int tries = 0; tries < 3; ++tries) at.answer_first(page);
    CHECK(at.failure([&] { static_cast<void>(at.service->access()); }).code() == ErrorCode::platform_trouble);
    CHECK(at.fake.log().size() == 3);
  }
  for (const Answer& page : std::vector<Answer>{{403, "<html>Forbidden</html>", {}}, {404, "", {}}}) {
    test::Connected<Fake> at(platform);
    at.answer_first(page);
    CHECK(at.failure([&] { static_cast<void>(at.service->access()); }).code() == ErrorCode::platform_denied);
  }
  test::Connected<Fake> at(platform);
  at.answer_first({429, "Retry later\n", {"Content-Type: text/plain", "Retry-After: 0"}});
  CHECK_FALSE(at.service->access().user.empty());
  CHECK(at.host.notes.size() == 1);
}

/// Nobody is logged in, and the repository is public.
template <class Fake>
void check_anonymous(Platform platform) {
  test::Connected<Fake> at(platform);
  at.credentials = test::FakeCredentials();
  at.connect();
  const hosting::Access access = at.service->access();
  CHECK(access.default_branch == "main");
  CHECK(access.user.empty());
  CHECK_FALSE(access.may_push);
  CHECK(at.failure([&] { static_cast<void>(at.service->fork()); }).code() == ErrorCode::auth_required);
}

const std::string an_hour_later = "answers again after ";

}  // namespace

TEST_CASE("every refusal of GitHub has its remedy", "[hosting][github][errors]") {
  check_all<test::FakeGitHub>(
      Platform::github,
      {{{401, R"({"message":"Bad credentials"})"},
        ErrorCode::platform_login_refused,
        "it says: Bad credentials",
        {}},
       {{401,
         R"({"message":"Must specify two-factor authentication OTP code."})",
         {"X-GitHub-OTP: required; app"}},
        ErrorCode::platform_login_refused,
        "two-factor authentication"},
       {{404, R"({"message":"Not Found"})"}, ErrorCode::platform_denied, "not found, or no access"},
       {{404, R"({"message":"Not Found"})", {"X-OAuth-Scopes: gist", "X-Accepted-OAuth-Scopes: repo"}},
        ErrorCode::scope_missing,
        "wants a token with 'repo'",
        NextStep{Recovery::widen_token, "repo"}},
       {{404, R"({"message":"Not Found"})", {"X-OAuth-Scopes: repo", "X-Accepted-OAuth-Scopes: repo"}},
        ErrorCode::platform_denied,
        "not found, or no access"},
       {{301, "", {"Location: http://127.0.0.1:1/repositories/7"}},
        ErrorCode::redirected,
        "is at 'http://127.0.0.1:1/repositories/7' now"},
       {{403,
         R"({"message":"Resource not accessible by personal access token"})",
         {"X-Accepted-GitHub-Permissions: pull_requests=write"}},
        ErrorCode::scope_missing,
        "wants a token with 'pull_requests=write'",
        NextStep{Recovery::widen_token, "pull_requests=write"}},
       {{403,
         R"({"message":"Resource protected by organization SAML enforcement."})",
         {"X-GitHub-SSO: required; url=https://github.com/orgs/x/sso?a=1"}},
        ErrorCode::sso_required,
        "single sign-on",
        NextStep{Recovery::authorize_token, "https://github.com/orgs/x/sso?a=1"}},
       {{403,
         R"({"message":"API rate limit exceeded"})",
         {"X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1800090000"}},
        ErrorCode::rate_limited,
        "answers again after 2027-01-16T09:00:00Z"},
       {{429, R"({"message":"Too many"})", {"X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1800090000"}},
        ErrorCode::rate_limited,
        "answers again after 2027-01-16T09:00:00Z"},
       {{403,
         R"({"message":"You have exceeded a secondary rate limit."})",
         {"Retry-After: 3600", "X-RateLimit-Remaining: 4000"}},
        ErrorCode::rate_limited,
        an_hour_later}});
}

TEST_CASE("every refusal of GitLab has its remedy", "[hosting][gitlab][errors]") {
  check_all<test::FakeGitLab>(
      Platform::gitlab,
      {{{401, R"({"message":"401 Unauthorized"})"},
        ErrorCode::platform_login_refused,
        "it says: 401 Unauthorized"},
       {{401, R"({"error":"invalid_token","error_description":"Token was revoked."})"},
        ErrorCode::platform_login_refused,
        "it says: Token was revoked."},
       {{401, R"({"message":"HTTP Basic: Access denied. Your account has 2FA enabled: use a token."})"},
        ErrorCode::platform_login_refused,
        "2FA enabled"},
       {{403, R"({"error":"insufficient_scope","error_description":"higher privileges","scope":"api"})"},
        ErrorCode::scope_missing,
        "wants a token with 'api'",
        NextStep{Recovery::widen_token, "api"}},
       {{404, R"({"message":"404 Project Not Found"})"},
        ErrorCode::platform_denied,
        "not found, or no access"},
       {{403, R"({"message":{"limit_reached":["Your project limit is 0!"]}})"},
        ErrorCode::quota_exceeded,
        "Your project limit is 0!"},
       {{400, R"({"message":{"title":["is too long"]}})"},
        ErrorCode::request_refused,
        "it says: title is too long"},
       {{429, "Retry later\n", {"Content-Type: text/plain", "RateLimit-Remaining: 0", "Retry-After: 3600"}},
        ErrorCode::rate_limited,
        an_hour_later},
       {{429, "Retry later\n", {"Content-Type: text/plain", "RateLimit-Reset: 1800090000"}},
        ErrorCode::rate_limited,
        "answers again after 2027-01-16T09:00:00Z"}});
}

TEST_CASE("every refusal of Bitbucket Cloud has its remedy", "[hosting][bitbucket][errors]") {
  check_all<test::FakeBitbucketCloud>(
      Platform::bitbucket_cloud,
      {{{401, R"({"type":"error","error":{"message":"Token is invalid, expired, or not supported."}})"},
        ErrorCode::platform_login_refused,
        "it says: Token is invalid"},
       {{401, "Unauthorized", {"Content-Type: text/plain"}},
        ErrorCode::platform_login_refused,
        "it says: Unauthorized"},
       {{403, R"({"type":"error","error":{"message":"Your credentials lack one or more required privilege )"
              R"(scopes.","detail":{"granted":["read:user:bitbucket"],"required":["read:user:bitbucket",)"
              R"("read:repository:bitbucket"]}}})"},
        ErrorCode::scope_missing,
        "wants a token with 'read:repository:bitbucket'",
        NextStep{Recovery::widen_token, "read:repository:bitbucket"}},
       {{403, R"({"type":"error","error":{"message":"Access denied: two-step verification is required."}})"},
        ErrorCode::platform_denied,
        "two-step verification is required"},
       {{404, R"({"type":"error","error":{"message":"Repository team/lib not found"}})"},
        ErrorCode::platform_denied,
        "not found, or no access"},
       {{429,
         R"({"type":"error","error":{"message":"Rate limit for this resource has been exceeded"}})",
         {"Retry-After: 3600"}},
        ErrorCode::rate_limited,
        an_hour_later}});
}

TEST_CASE("every refusal of Bitbucket Data Center has its remedy", "[hosting][bitbucket][errors]") {
  const std::string unauthorized =
      R"({"errors":[{"context":null,"message":"You are not permitted to access this resource",)"
      R"("exceptionName":"com.atlassian.bitbucket.AuthorisationException"}]})";
  check_all<test::FakeBitbucketServer>(
      Platform::bitbucket_server,
      {{{401, unauthorized},
        ErrorCode::platform_login_refused,
        "it says: You are not permitted to access this resource"},
       {{401, unauthorized, {"X-AUSERNAME: ada"}}, ErrorCode::platform_denied, "not found, or no access"},
       {{403, R"({"errors":[{"context":null,"message":"CAPTCHA required","exceptionName":)"
              R"("com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException"}]})"},
        ErrorCode::platform_denied,
        "it says: CAPTCHA required"},
       {{404, R"({"errors":[{"context":null,"message":"Repository team/lib does not exist.","exceptionName":)"
              R"("com.atlassian.bitbucket.repository.NoSuchRepositoryException"}]})"},
        ErrorCode::platform_denied,
        "it says: Repository team/lib does not exist."},
       {{429,
         R"({"errors":[{"context":null,"message":"Rate limited","exceptionName":null}]})",
         {"Retry-After: 3600", "X-RateLimit-Remaining: 0"}},
        ErrorCode::rate_limited,
        an_hour_later}});
}

TEST_CASE("every refusal of Gitea has its remedy", "[hosting][gitea][errors]") {
  check_all<test::FakeGitea>(
      Platform::gitea,
      {{{401, R"({"message":"invalid username, password or token","url":"https://x/api/swagger"})"},
        ErrorCode::platform_login_refused,
        "it says: invalid username, password or token"},
       {{401, R"({"message":"invalid provided OTP","url":"https://x/api/swagger"})"},
        ErrorCode::platform_login_refused,
        "OTP"},
       {{403, R"({"message":"token does not have at least one of required scope(s): [read:repository]"})"},
        ErrorCode::scope_missing,
        "wants a token with 'read:repository'",
        NextStep{Recovery::widen_token, "read:repository"}},
       {{404, R"({"errors":[],"message":"The target couldn't be found.","url":"https://x/api/swagger"})"},
        ErrorCode::platform_denied,
        "it says: The target couldn't be found."},
       {{429, R"({"message":"too many requests"})", {"Retry-After: 3600"}},
        ErrorCode::rate_limited,
        an_hour_later}});
}

TEST_CASE("what Gitea and Bitbucket refuse a request for is told apart", "[hosting][errors]") {
  const auto code = [](auto& at, const Answer& answer) {
    at.answer_first(answer);
    return at.failure([&] {
               static_cast<void>(at.service->create({"T", "", {at.upstream, "x"}, "main"}));
             })
        .code();
  };
  test::Connected<test::FakeGitea> gitea(Platform::gitea);
  CHECK(code(gitea, {413, R"({"message":"quota exceeded"})"}) == ErrorCode::quota_exceeded);
  CHECK(code(gitea, {423, ""}) == ErrorCode::repository_archived);
  CHECK(code(gitea, {422, R"({"message":"[]: invalid title"})"}) == ErrorCode::request_refused);
  CHECK(code(gitea, {404, R"({"message":"branch does not exist [name: x]"})"}) == ErrorCode::request_refused);
  test::Connected<test::FakeBitbucketServer> server(Platform::bitbucket_server);
  server.fake.with_model([](test::HostedModel& model) { model.repositories[0].archived = true; });
  const Error archived = server.failure([&] {
    static_cast<void>(server.service->create({"T", "", {server.upstream, "x"}, "main"}));
  });
  CHECK(archived.code() == ErrorCode::repository_archived);
  CHECK(code(server, {409, R"({"errors":[{"message":"Nichts zu tun","exceptionName":)"
                           R"("com.atlassian.bitbucket.pull.EmptyPullRequestException"}]})"}) ==
        ErrorCode::nothing_to_merge);
}

TEST_CASE("pages instead of answers are survived at every platform", "[hosting][errors]") {
  check_pages<test::FakeGitHub>(Platform::github);
  check_pages<test::FakeGitLab>(Platform::gitlab);
  check_pages<test::FakeBitbucketCloud>(Platform::bitbucket_cloud);
  check_pages<test::FakeBitbucketServer>(Platform::bitbucket_server);
  check_pages<test::FakeGitea>(Platform::gitea);
}

TEST_CASE("without a login a public repository is looked at, as nobody", "[hosting]") {
  check_anonymous<test::FakeGitHub>(Platform::github);
  check_anonymous<test::FakeGitLab>(Platform::gitlab);
  check_anonymous<test::FakeBitbucketCloud>(Platform::bitbucket_cloud);
  check_anonymous<test::FakeBitbucketServer>(Platform::bitbucket_server);
  check_anonymous<test::FakeGitea>(Platform::gitea);
}
