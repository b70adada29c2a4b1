#include <catch2/catch_test_macros.hpp>

#include "base/redaction.hpp"
#include "hosting/connected.hpp"
#include "support/fake_github.hpp"
#include "support/fake_gitlab.hpp"

using namespace ddx;
using test::HostedModel;
using Answer = test::FakePlatform::Answer;

namespace {

struct OnGitHub : test::Connected<test::FakeGitHub> {
  OnGitHub() : Connected(auth::Platform::github) {}
  Error refusal(Answer answer) {
    answer_first(std::move(answer));
    connect();
    return failure([&] { static_cast<void>(service->access()); });
  }
};

struct OnGitLab : test::Connected<test::FakeGitLab> {
  OnGitLab() : Connected(auth::Platform::gitlab) {}
};

}  // namespace

TEST_CASE("a refused token is given up for the next one, and a message names the last", "[hosting][errors]") {
  OnGitHub at;
  at.credentials = test::FakeCredentials("bad");
  at.credentials.add("good");
  CHECK(at.service->access().user == "ada");
  CHECK(at.credentials.refused == std::vector<std::string>{"bad"});
  CHECK(at.credentials.origins.front() == at.upstream.origin);
  at.credentials = test::FakeCredentials("bad");
  at.connect();
  const Error error = at.failure([&] { static_cast<void>(at.service->access()); });
  CHECK(error.code() == ErrorCode::platform_login_refused);
  CHECK(std::string(error.what()) == "the interface of '" + at.upstream.origin.host_and_port() +
                                         "' denies access with the credentials from DDX_TOKEN; it says: Bad "
                                         "credentials");
}

TEST_CASE("without a token what is public can be read, and nothing is written", "[hosting][errors]") {
  OnGitHub at;
  at.credentials = test::FakeCredentials();
  at.connect();
  CHECK(at.service->find({at.upstream, "x"}, "").empty());
  const Error error = at.failure([&] {
    static_cast<void>(at.service->create({"T", "", {at.upstream, "x"}, "main"}));
  });
  CHECK(error.code() == ErrorCode::auth_required);
  CHECK(at.fake.log().size() == 1);
}

TEST_CASE("a password for git that GitLab's interface refuses is not forgotten", "[hosting][errors]") {
  OnGitLab at;
  at.credentials = test::FakeCredentials("password", "ada");
  at.connect();
  CHECK(at.failure([&] { static_cast<void>(at.service->access()); }).code() ==
        ErrorCode::platform_login_refused);
  CHECK(at.credentials.refused.empty());
}

TEST_CASE("what a request is refused for is told apart", "[hosting][errors]") {
  OnGitHub at;
  const auto created = [&](const hosting::NewRequest& request) {
    return at.failure([&] { static_cast<void>(at.service->create(request)); });
  };
  const Error same = created({"T", "", {at.upstream, "main"}, "main"});
  CHECK(same.code() == ErrorCode::nothing_to_merge);
  at.fake.with_model([](HostedModel& model) { model.repositories[0].archived = true; });
  CHECK(created({"T", "", {at.upstream, "x"}, "main"}).code() == ErrorCode::repository_archived);
  at.answer_first({422, R"({"message":"Validation Failed","errors":[{"resource":"PullRequest",)"
                        R"("field":"head","code":"invalid"}]})"});
  const Error invalid = created({"T", "", {at.upstream, "x"}, "main"});
  CHECK(invalid.code() == ErrorCode::request_refused);
  CHECK(std::string(invalid.what()).ends_with("it says: head invalid"));
}

TEST_CASE("a short limit is waited out, a long one says when it ends", "[hosting][errors]") {
  OnGitHub at;
  at.answer_first({403,
                   R"({"message":"API rate limit exceeded"})",
                   {"X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1799999999"}});
  at.answer_first({429, "Retry later\n", {"Content-Type: text/plain", "Retry-After: 0"}});
  CHECK(at.service->access().user == "ada");
  CHECK(at.host.notes.size() == 2);
  const Error error = at.refusal({403,
                                  R"({"message":"API rate limit exceeded"})",
                                  {"X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1800090000"}});
  CHECK(error.code() == ErrorCode::rate_limited);
  CHECK(std::string(error.what()).find("answers again after 2027-01-16T09:00:00Z") != std::string::npos);
}

TEST_CASE("pages, nonsense and trouble are survived", "[hosting][errors]") {
  OnGitHub at;
  for (const std::string& body : std::vector<std::string>{"<!doctype html>", "", "[1,2", "\xff"}) {
    for (int tries = 0; tries < 2; ++tries) at.answer_first({200, body});
    INFO(body);
    CHECK(at.refusal({200, body}).code() == ErrorCode::platform_trouble);
  }
  for (const std::string& body :
       std::vector<std::string>{"null", "7", "[]", R"({"permissions":[],"archived":1})"}) {
    at.answer_first({200, body});
    at.connect();
    CHECK_FALSE(at.service->access().may_push);
  }
  at.answer_first({502, "<html>bad gateway</html>"});
  CHECK(at.service->access().user == "ada");
  CHECK(at.refusal({200, std::string(2'000'000, 'x')}).code() == ErrorCode::server_error);
}

TEST_CASE("a server's words are harmless and hold no token", "[hosting][errors]") {
  OnGitHub at;
  remember_secret("", Secret("good-secret-token"));
  const Error error = at.refusal({400, "{\"message\":\"\\u001b[2J good-secret-token\\nx\"}"});
  CHECK(std::string(error.what()).ends_with("it says: ^[[2J ***^Jx"));
}

TEST_CASE("an interface on another machine is not spoken to in the clear", "[hosting][errors]") {
  OnGitHub at;
  at.upstream.api = "http://git.example.com/api/v3";
  CHECK(at.failure([&] { at.connect(); }).code() == ErrorCode::url_refused);
}

TEST_CASE("a platform that ddx does not know has no service", "[hosting]") {
  OnGitHub at;
  at.upstream.platform = auth::Platform::unknown;
  at.connect();
  CHECK(at.service == nullptr);
}
