#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_bitbucket_cloud.hpp"

using namespace ddx;
using hosting::Checks;
using State = hosting::ReviewRequest::State;
using Review = hosting::ReviewRequest::Review;
using test::HostedModel;

namespace {

struct OnBitbucket : test::Connected<test::FakeBitbucketCloud> {
  OnBitbucket() : Connected(auth::Platform::bitbucket_cloud) {}
  hosting::NewRequest from_fork(const std::string& branch = "ddx/x") {
    return {"Fix", "why", {repository("ada/lib"), branch}, "main"};
  }
};

}  // namespace

TEST_CASE("Bitbucket Cloud says who may push where", "[hosting][bitbucket]") {
  OnBitbucket at;
  hosting::Access access = at.service->access();
  CHECK_FALSE(access.may_push);
  CHECK(access.default_branch == "main");
  CHECK(access.user == "ada");
  at.fake.with_model([](HostedModel& model) { model.repositories[0].writers.push_back("ada"); });
  CHECK(at.service->access().may_push);
  CHECK(at.fake.log()[0] == "GET /2.0/repositories/team/lib");
  CHECK(at.fake.requests()[0].headers.at("authorization") == "Bearer good");
}

TEST_CASE("an API token of Bitbucket Cloud goes with its account's address, or not at all",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  at.fake.with_model([](HostedModel& model) {
    model.tokens["YWRhQGV4YW1wbGUuY29tOkFUQVRUMy10b2tlbg=="] = "ada";  // ada@example.com:ATATT3-token
  });
  at.credentials = test::FakeCredentials("ATATT3-token", "ada@example.com");
  at.connect();
  CHECK(at.service->access().user == "ada");
  CHECK(at.fake.requests()[0].headers.at("authorization") ==
        "Basic YWRhQGV4YW1wbGUuY29tOkFUQVRUMy10b2tlbg==");
  const std::size_t asked = at.fake.log().size();
  at.credentials = test::FakeCredentials("ATATT3-token", "x-bitbucket-api-token-auth");
  at.connect();
  const Error error = at.failure([&] { static_cast<void>(at.service->access()); });
  CHECK(error.code() == ErrorCode::platform_login_refused);
  CHECK(at.fake.log().size() == asked);
}

TEST_CASE("a fork at Bitbucket Cloud is made, waited for, and found again", "[hosting][bitbucket]") {
  OnBitbucket at;
  at.fake.with_model([](HostedModel& model) { model.looks_until_forked = 3; });
  const hosting::Repository fork = at.service->fork();
  CHECK(fork.full_name() == "ada/lib");
  CHECK(at.service->fork() == fork);
  at.fake.with_model([](HostedModel& model) {
    CHECK(model.repositories.size() == 2);
    model.page_size = 1;
    model.repositories[1].name = "renamed";
    model.repositories.insert(model.repositories.begin() + 1,
                              HostedModel::Repository{300, "eve", "lib", "team/lib"});
  });
  CHECK(at.service->fork().full_name() == "ada/renamed");
  at.fake.with_model([](HostedModel& model) {
    model.repositories.pop_back();
    model.add("ada", "lib", {"ada"});
  });
  CHECK(at.service->fork().full_name() == "ada/lib-fork");
}

TEST_CASE("a fork at Bitbucket Cloud that does not get ready is given up", "[hosting][bitbucket]") {
  OnBitbucket at;
  at.fake.with_model([](HostedModel& model) { model.looks_until_forked = 1000; });
  CHECK(at.failure([&] { static_cast<void>(at.service->fork()); }).code() == ErrorCode::fork_failed);
}

TEST_CASE("a request at Bitbucket Cloud is looked for before it is made", "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  const hosting::Created made = at.service->create(request);
  CHECK_FALSE(made.existed);
  CHECK(made.request.number == 1);
  CHECK(made.request.draft);
  CHECK(made.request.head_repository == "ada/lib");
  const hosting::Created again = at.service->create(at.from_fork());
  CHECK(again.existed);
  CHECK(again.request.number == 1);
  at.fake.with_model([](HostedModel& model) { CHECK(model.requests.size() == 1); });
  const Error same = at.failure([&] {
    static_cast<void>(at.service->create({"T", "", {at.upstream, "main"}, "main"}));
  });
  CHECK(same.code() == ErrorCode::nothing_to_merge);
}

TEST_CASE("the requests of one branch of one fork are found at Bitbucket Cloud, on all pages",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 2;
    const auto add = [&](const std::string& repository, const std::string& branch, const std::string& state) {
      HostedModel::Request request{0, "team/lib", repository, branch, "main", "T", ""};
      request.state = state;
      model.add(request);
    };
    add("ada/lib", "ddx/x", "closed");
    add("eve/lib", "ddx/x", "open");
    add("ada/lib", "ddx/x", "merged");
    add("", "ddx/x", "open");
    add("ada/lib", "ddx/y", "open");
    add("ada/lib", "ddx/x", "superseded");
    add("ada/lib", "ddx/x", "open");
  });
  const auto found = at.service->find({at.repository("ada/lib"), "ddx/x"}, "main");
  REQUIRE(found.size() == 4);
  CHECK(found[0].number == 7);
  CHECK(found[0].state == State::open);
  CHECK(found[1].state == State::closed);
  CHECK(found[2].state == State::merged);
  CHECK(found[3].state == State::closed);
  CHECK(at.service->find({at.repository("ada/lib"), "ddx/x"}, "next").empty());
}

TEST_CASE("a request at Bitbucket Cloud keeps what is not changed, its reviewers too",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  static_cast<void>(at.service->create(request));
  at.fake.with_model([](HostedModel& model) { model.requests[0].reviews = {{"mia", ""}}; });
  hosting::ReviewRequest after = at.service->update(1, {"Better"});
  CHECK(after.title == "Better");
  CHECK(after.body == "why");
  CHECK(after.draft);
  after = at.service->update(1, {std::nullopt, "because", false});
  CHECK(after.title == "Better");
  CHECK(after.body == "because");
  CHECK_FALSE(after.draft);
  CHECK(at.service->read(1).review == Review::pending);
}

TEST_CASE("a request at Bitbucket Cloud is read with checks and review", "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  static_cast<void>(at.service->create(at.from_fork()));
  hosting::ReviewRequest request = at.service->read(1);
  CHECK(request.state == State::open);
  CHECK(request.checks.state == Checks::State::none);
  CHECK(request.review == Review::none);
  CHECK(request.merge_commit.empty());
  CHECK(request.head_commit == "111111111111");
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 1;
    model.requests[0].checks = {{"build", "SUCCESSFUL"}, {"lint", "INPROGRESS"}};
    model.requests[0].reviews = {{"mia", "approved"}, {"eve", "changes_requested"}};
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::pending);
  REQUIRE(request.checks.list.size() == 2);
  CHECK(request.checks.list[0].name == "build");
  CHECK(request.checks.list[0].url == "https://ci.example.com/build");
  CHECK(request.review == Review::changes_requested);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].checks[1].state = "STOPPED";
    model.requests[0].reviews[1].state = "";
    model.requests[0].state = "merged";
    model.requests[0].merge_commit = "4444444444444444444444444444444444444444";
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::failed);
  CHECK(request.review == Review::approved);
  CHECK(request.state == State::merged);
  CHECK(request.merge_commit == "444444444444");
}
