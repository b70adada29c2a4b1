#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_bitbucket_server.hpp"

using namespace ddx;
using hosting::Checks;
using State = hosting::ReviewRequest::State;
using Review = hosting::ReviewRequest::Review;
using test::HostedModel;

namespace {

struct OnBitbucket : test::Connected<test::FakeBitbucketServer> {
  OnBitbucket() : Connected(auth::Platform::bitbucket_server) {
    upstream = *hosting::parse_repository(UpstreamUrl::parse(fake.url() + "/git/scm/team/lib.git"), platform);
    connect();
  }
  [[nodiscard]] hosting::NewRequest from_fork(const std::string& branch = "ddx/x") const {
    return {"Fix", "why", {upstream.sibling("~ada", "lib"), branch}, "main"};
  }
};

}  // namespace

TEST_CASE("Bitbucket Data Center says who may push where", "[hosting][bitbucket]") {
  OnBitbucket at;
  hosting::Access access = at.service->access();
  CHECK_FALSE(access.may_push);
  CHECK_FALSE(access.archived);
  CHECK(access.default_branch == "main");
  CHECK(access.user == "~ada");
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 1;
    model.repositories.insert(model.repositories.begin(),
                              HostedModel::Repository{300, "other", "lib", "", "main", {"ada"}});
    model.repositories[1].archived = true;
  });
  CHECK_FALSE(at.service->access().may_push);
  at.fake.with_model([](HostedModel& model) { model.repositories[1].writers.push_back("ada"); });
  access = at.service->access();
  CHECK(access.may_push);
  CHECK(access.archived);
  CHECK(at.fake.log()[0] == "GET /git/rest/api/latest/projects/team/repos/lib");
  CHECK(at.fake.requests()[0].headers.at("authorization") == "Bearer good");
}

TEST_CASE("a fork at Bitbucket Data Center is made in the personal project, and found again",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  const hosting::Repository fork = at.service->fork();
  CHECK(fork.full_name() == "~ada/lib");
  CHECK(at.service->fork() == fork);
  at.fake.with_model([](HostedModel& model) {
    CHECK(model.repositories.size() == 2);
    model.page_size = 1;
    model.repositories[1].name = "renamed";
    model.repositories.insert(model.repositories.begin() + 1,
                              HostedModel::Repository{300, "~eve", "lib", "team/lib"});
  });
  CHECK(at.service->fork().full_name() == "~ada/renamed");
  at.fake.with_model([](HostedModel& model) {
    model.repositories.pop_back();
    model.add("~ada", "lib", {"ada"});
  });
  CHECK(at.service->fork().full_name() == "~ada/lib-fork");
}

TEST_CASE("a request at Bitbucket Data Center is made from a fork, and not made twice",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  const hosting::Created made = at.service->create(request);
  CHECK_FALSE(made.existed);
  CHECK(made.request.number == 1);
  CHECK(made.request.draft);
  CHECK(made.request.head_repository == "~ada/lib");
  CHECK(made.request.url == at.fake.url() + "/git/projects/team/repos/lib/pull-requests/1");
  const hosting::Created again = at.service->create(at.from_fork());
  CHECK(again.existed);
  CHECK(again.request.number == 1);
  at.fake.with_model([](HostedModel& model) { CHECK(model.requests.size() == 1); });
}

TEST_CASE("a Bitbucket Data Center without drafts gets a ready request, and a note says so",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  at.fake.with_model([](HostedModel& model) { model.has_drafts = false; });
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  CHECK_FALSE(at.service->create(request).request.draft);
  CHECK(at.host.notes ==
        std::vector<std::string>{"'team/lib' has no drafts; the pull request is opened as ready"});
}

TEST_CASE("the requests of one branch of one fork are found at Bitbucket Data Center, on all pages",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 2;
    model.add("other", "lib");
    const auto add = [&](const std::string& upstream, const std::string& branch, const std::string& state) {
      HostedModel::Request request{0, upstream, "~ada/lib", branch, "main", "T", ""};
      request.state = state;
      model.add(request);
    };
    add("team/lib", "ddx/x", "closed");
    add("other/lib", "ddx/x", "open");
    add("team/lib", "ddx/x", "merged");
    add("team/lib", "ddx/y", "open");
    add("team/lib", "ddx/x", "open");
  });
  const hosting::Branch head = at.from_fork().head;
  const auto found = at.service->find(head, "main");
  REQUIRE(found.size() == 3);
  CHECK(found[0].number == 5);
  CHECK(found[0].state == State::open);
  CHECK(found[1].state == State::merged);
  CHECK(found[2].state == State::closed);
  CHECK(at.service->find(head, "next").empty());
}

TEST_CASE("a request at Bitbucket Data Center keeps what is not changed, its reviewers too",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  static_cast<void>(at.service->create(at.from_fork()));
  at.fake.with_model([](HostedModel& model) { model.requests[0].reviews = {{"mia", "UNAPPROVED"}}; });
  hosting::ReviewRequest after = at.service->update(1, {"Better", std::nullopt, true});
  CHECK(after.title == "Better");
  CHECK(after.body == "why");
  CHECK(after.draft);
  after = at.service->update(1, {std::nullopt, "because"});
  CHECK(after.title == "Better");
  CHECK(after.body == "because");
  CHECK(after.draft);
  CHECK(at.service->read(1).review == Review::pending);
}

TEST_CASE("a change that another one overtakes at Bitbucket Data Center is made on top of it",
          "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  static_cast<void>(at.service->create(at.from_fork()));
  at.answer_first({200, R"({"version":7,"title":"Old","description":"old"})"});
  const hosting::ReviewRequest after = at.service->update(1, {"Better"});
  CHECK(after.title == "Better");
  CHECK(after.body == "why");
}

TEST_CASE("a request at Bitbucket Data Center is read with checks and review", "[hosting][bitbucket]") {
  OnBitbucket at;
  static_cast<void>(at.service->fork());
  static_cast<void>(at.service->create(at.from_fork()));
  hosting::ReviewRequest request = at.service->read(1);
  CHECK(request.state == State::open);
  CHECK(request.checks.state == Checks::State::none);
  CHECK(request.review == Review::none);
  CHECK(request.merge_commit.empty());
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 1;
    model.requests[0].checks = {{"build", "SUCCESSFUL"}, {"lint", "INPROGRESS"}};
    model.requests[0].reviews = {{"mia", "APPROVED"}, {"eve", "NEEDS_WORK"}};
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::pending);
  REQUIRE(request.checks.list.size() == 2);
  CHECK(request.checks.list[0].name == "build");
  CHECK(request.checks.list[0].url == "https://ci.example.com/build");
  CHECK(request.review == Review::changes_requested);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].checks[1].state = "FAILED";
    model.requests[0].reviews[1].state = "UNAPPROVED";
    model.requests[0].state = "merged";
    model.requests[0].merge_commit = "4444444444444444444444444444444444444444";
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::failed);
  CHECK(request.review == Review::approved);
  CHECK(request.state == State::merged);
  CHECK(request.merge_commit == "4444444444444444444444444444444444444444");
}
