#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_gitlab.hpp"

using namespace ddx;
using hosting::Checks;
using State = hosting::ReviewRequest::State;
using Review = hosting::ReviewRequest::Review;
using test::HostedModel;

namespace {

struct OnGitLab : test::Connected<test::FakeGitLab> {
  OnGitLab() : Connected(auth::Platform::gitlab) {}
  hosting::NewRequest from_fork(const std::string& branch = "ddx/x") {
    return {"Fix", "why", {repository("ada/lib"), branch}, "main"};
  }
};

}  // namespace

TEST_CASE("GitLab says who may push where", "[hosting][gitlab]") {
  OnGitLab at;
  CHECK_FALSE(at.service->access().may_push);
  at.fake.with_model([](HostedModel& model) { model.repositories[0].writers.push_back("ada"); });
  const hosting::Access access = at.service->access();
  CHECK(access.may_push);
  CHECK(access.user == "ada");
  CHECK(at.fake.log()[0] == "GET /api/v4/projects/team%2Flib");
}

TEST_CASE("a fork at GitLab is made, waited for, and found again", "[hosting][gitlab]") {
  OnGitLab at;
  at.fake.with_model([](HostedModel& model) { model.looks_until_forked = 3; });
  const hosting::Repository fork = at.service->fork();
  CHECK(fork.full_name() == "ada/lib");
  CHECK(at.service->fork() == fork);
  at.fake.with_model([](HostedModel& model) {
    CHECK(model.repositories.size() == 2);
    model.repositories[1].name = "renamed";
  });
  CHECK(at.service->fork().full_name() == "ada/renamed");
  at.fake.with_model([](HostedModel& model) {
    model.repositories.pop_back();
    model.add("ada", "lib", {"ada"});
  });
  CHECK(at.service->fork().full_name() == "ada/lib-fork");
}

TEST_CASE("a merge request is made from a fork, found, and not made twice", "[hosting][gitlab]") {
  OnGitLab at;
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 1;
    model.fork(HostedModel::Repository(model.repositories[0]), "eve", "lib");
  });
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  const hosting::Created made = at.service->create(request);
  CHECK_FALSE(made.existed);
  CHECK(made.request.number == 1);
  CHECK(made.request.draft);
  CHECK(made.request.title == "Fix");
  request.head.repository = at.repository("eve/lib");
  static_cast<void>(at.service->create(request));
  const auto found = at.service->find(at.from_fork().head, "main");
  REQUIRE(found.size() == 1);
  CHECK(found[0].number == 1);
  const hosting::Created again = at.service->create(at.from_fork());
  CHECK(again.existed);
  CHECK(again.request.number == 1);
}

TEST_CASE("a merge request stays a draft while its title changes", "[hosting][gitlab]") {
  OnGitLab at;
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  static_cast<void>(at.service->create(request));
  CHECK(at.service->update(1, {"Better"}).draft);
  at.fake.with_model([](HostedModel& model) { CHECK(model.requests[0].title == "Draft: Better"); });
  const hosting::ReviewRequest ready = at.service->update(1, {std::nullopt, "because", false});
  CHECK_FALSE(ready.draft);
  CHECK(ready.title == "Better");
  CHECK(ready.body == "because");
}

TEST_CASE("a merge request is read with checks and review", "[hosting][gitlab]") {
  OnGitLab at;
  static_cast<void>(at.service->fork());
  static_cast<void>(at.service->create(at.from_fork()));
  hosting::ReviewRequest request = at.service->read(1);
  CHECK(request.head_repository == "ada/lib");
  CHECK(request.checks.state == Checks::State::none);
  CHECK(request.review == Review::none);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].checks = {{"build", "success"}, {"lint", "failed"}};
    model.requests[0].reviews = {{"mia", "approved"}};
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::failed);
  CHECK(request.checks.list.size() == 2);
  CHECK(request.review == Review::approved);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].reviews.push_back({"eve", "requested_changes"});
    model.requests[0].state = "merged";
    model.requests[0].merge_commit = "4444444444444444444444444444444444444444";
  });
  request = at.service->read(1);
  CHECK(request.state == State::merged);
  CHECK(request.merge_commit == "4444444444444444444444444444444444444444");
  CHECK(request.review == Review::changes_requested);
}
