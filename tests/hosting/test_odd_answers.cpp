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

/// Every question has the same answer from now on.
template <class Fake>
void always(test::Connected<Fake>& at, const Answer& answer) {
  at.fake.with_model([&](test::HostedModel& model) { model.answers_to["GET"] = answer; });
}

}  // namespace

TEST_CASE("a list that names itself as its next page comes to an end", "[hosting][errors]") {
  test::Connected<test::FakeGitHub> github(Platform::github);
  always(github, {200,
                  R"({"number":1,"state":"open","check_runs":[{"name":"build","status":"queued"}]})",
                  {"Link: <" + github.fake.api_url() + R"(/x?page=2>; rel="next")"}});
  CHECK(github.service->read(1).checks.state == hosting::Checks::State::pending);
  CHECK(github.fake.log().size() == 1 + 3 * 40);
  test::Connected<test::FakeBitbucketCloud> cloud(Platform::bitbucket_cloud);
  always(cloud, {200, R"({"id":1,"state":"OPEN","values":[{"key":"build","state":"INPROGRESS"}],"next":")" +
                          cloud.fake.api_url() + R"(/x?page=2"})"});
  CHECK(cloud.service->read(1).checks.state == hosting::Checks::State::pending);
  CHECK(cloud.fake.log().size() == 1 + 40);
}

namespace {

/// A request that was deleted, and answers that are no request.
template <class Fake>
void check_requests(Platform platform, const std::vector<std::string>& no_requests) {
  for (const int status : {404, 410}) {
    test::Connected<Fake> at(platform);
    at.answer_first({status, R"({"message":"the branch, the request: not found"})"});
    const hosting::ReviewRequest request = at.service->read(7);
    CHECK(request.number == 7);
    CHECK(request.state == hosting::ReviewRequest::State::closed);
  }
  for (const std::string& body : no_requests) {
    INFO(body);
    test::Connected<Fake> at(platform);
    at.answer_first({200, body});
    const Error error = at.failure([&] { static_cast<void>(at.service->read(7)); });
    CHECK(error.code() == ErrorCode::platform_trouble);
    CHECK(std::string(error.what()).starts_with("the interface of '127.0.0.1:"));
  }
}

}  // namespace

TEST_CASE("a deleted request is closed, and what is no request is the platform's trouble",
          "[hosting][errors]") {
  const std::vector<std::string> empty{"{}", "[]", "7", R"({"number":"7","iid":"7","id":"7"})"};
  const auto with = [&](const char* odd) {
    std::vector<std::string> all = empty;
    all.emplace_back(odd);
    return all;
  };
  check_requests<test::FakeGitHub>(Platform::github, with(R"({"number":7,"state":"paused"})"));
  check_requests<test::FakeGitLab>(Platform::gitlab, with(R"({"iid":7})"));
  check_requests<test::FakeBitbucketCloud>(Platform::bitbucket_cloud, with(R"({"id":7,"state":"open"})"));
  check_requests<test::FakeBitbucketServer>(Platform::bitbucket_server, with(R"({"id":7,"state":[]})"));
  check_requests<test::FakeGitea>(Platform::gitea, with(R"({"number":7,"state":"merged"})"));
}

TEST_CASE("a deleted request that the token may not see is not taken for deleted", "[hosting][errors]") {
  test::Connected<test::FakeGitHub> at(Platform::github);
  at.answer_first(
      {404, R"({"message":"Not Found"})", {"X-OAuth-Scopes: gist", "X-Accepted-OAuth-Scopes: repo"}});
  CHECK(at.failure([&] { static_cast<void>(at.service->read(7)); }).code() == ErrorCode::scope_missing);
}

TEST_CASE("words that are in a name, or about something else, do not make an archive or a quota",
          "[hosting][errors]") {
  test::Connected<test::FakeGitea> at(Platform::gitea);
  const auto code = [&](const Answer& answer) {
    at.answer_first(answer);
    at.connect();
    return at.failure([&] { static_cast<void>(at.service->access()); }).code();
  };
  CHECK(code({404, R"({"message":"Repository team/archived-prompts does not exist"})"}) ==
        ErrorCode::platform_denied);
  CHECK(code({400, R"({"message":"unknown field 'quota'"})"}) == ErrorCode::request_refused);
  CHECK(code({403, R"({"message":"token is read-only"})"}) == ErrorCode::scope_missing);
  CHECK(code({403, R"({"message":"the repository is read-only"})"}) == ErrorCode::repository_archived);
  CHECK(code({422, R"({"message":"quota exceeded"})"}) == ErrorCode::quota_exceeded);
  at.upstream = at.upstream.sibling("team", "tokens");
  CHECK(code({403, R"({"message":"Repository team/tokens is read-only"})"}) ==
        ErrorCode::repository_archived);
  at.upstream = at.upstream.sibling("team", "Archived-prompts");
  CHECK(code({403, R"({"message":"You may not see team/archived-prompts, Archived-Prompts"})"}) ==
        ErrorCode::platform_denied);
  CHECK(code({403, R"({"message":"team/archived-prompts is archived"})"}) == ErrorCode::repository_archived);
}
