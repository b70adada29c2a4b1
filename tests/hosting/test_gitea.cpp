#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_gitea.hpp"

using namespace ddx;
using hosting::Checks;
using State = hosting::ReviewRequest::State;
using Review = hosting::ReviewRequest::Review;
using test::HostedModel;

namespace {

struct OnGitea : test::Connected<test::FakeGitea> {
  OnGitea() : Connected(auth::Platform::gitea) {}
  hosting::NewRequest from_fork(const std::string& branch = "ddx/x") {
    return {"Fix", "why", {repository("ada/lib"), branch}, "main"};
  }
};

}  // namespace

TEST_CASE("Gitea says who may push where", "[hosting][gitea]") {
  OnGitea at;
  hosting::Access access = at.service->access();
  CHECK_FALSE(access.may_push);
  CHECK(access.default_branch == "main");
  CHECK(access.user == "ada");
  at.fake.with_model([](HostedModel& model) { model.repositories[0].writers.push_back("ada"); });
  CHECK(at.service->access().may_push);
  CHECK(at.fake.log()[0] == "GET /api/v1/repos/team/lib");
  CHECK(at.fake.requests()[0].headers.at("authorization") == "token good");
}

TEST_CASE("a fork at Gitea is made, waited for, and found again", "[hosting][gitea]") {
  OnGitea at;
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

TEST_CASE("a fork at Gitea that does not get ready is given up", "[hosting][gitea]") {
  OnGitea at;
  at.fake.with_model([](HostedModel& model) { model.looks_until_forked = 1000; });
  CHECK(at.failure([&] { static_cast<void>(at.service->fork()); }).code() == ErrorCode::fork_failed);
}

TEST_CASE("a request at Gitea is made from a fork, and not made twice", "[hosting][gitea]") {
  OnGitea at;
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  const hosting::Created made = at.service->create(request);
  CHECK_FALSE(made.existed);
  CHECK(made.request.number == 1);
  CHECK(made.request.draft);
  CHECK(made.request.title == "Fix");
  CHECK(made.request.head_repository == "ada/lib");
  at.fake.with_model([](HostedModel& model) {
    CHECK(model.requests[0].title == "WIP: Fix");
    CHECK(model.requests[0].maintainer_can_modify);
  });
  const hosting::Created again = at.service->create(at.from_fork());
  CHECK(again.existed);
  CHECK(again.request.number == 1);
}

TEST_CASE("a request at Gitea within one repository says nothing of maintainers", "[hosting][gitea]") {
  OnGitea at;
  const hosting::Created made = at.service->create({"Fix", "", {at.upstream, "ddx/x"}, "main"});
  CHECK(made.request.head_repository == "team/lib");
  CHECK(at.fake.log() == std::vector<std::string>{"POST /api/v1/repos/team/lib/pulls"});
}

TEST_CASE("the requests of one branch of one fork are found at Gitea, on all pages", "[hosting][gitea]") {
  OnGitea at;
  static_cast<void>(at.service->fork());
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 2;
    model.fork(HostedModel::Repository(model.repositories[0]), "eve", "lib");
    const auto add = [&](const std::string& repository, const std::string& branch, const std::string& state) {
      HostedModel::Request request{0, "team/lib", repository, branch, "main", "T", ""};
      request.state = state;
      model.add(request);
    };
    add("ada/lib", "ddx/x", "closed");
    add("eve/lib", "ddx/x", "open");
    add("ada/lib", "ddx/x", "merged");
    add("ada/gone", "ddx/x", "open");
    add("ada/lib", "ddx/y", "open");
    add("ada/lib", "ddx/x", "open");
  });
  const auto found = at.service->find({at.repository("ada/lib"), "ddx/x"}, "main");
  REQUIRE(found.size() == 3);
  CHECK(found[0].number == 6);
  CHECK(found[0].state == State::open);
  CHECK(found[1].state == State::merged);
  CHECK(found[2].state == State::closed);
  CHECK(at.service->find({at.repository("ada/lib"), "ddx/x"}, "next").empty());
}

TEST_CASE("a request at Gitea stays a draft while its title changes", "[hosting][gitea]") {
  OnGitea at;
  static_cast<void>(at.service->fork());
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  static_cast<void>(at.service->create(request));
  CHECK(at.service->update(1, {"Better"}).draft);
  at.fake.with_model([](HostedModel& model) { CHECK(model.requests[0].title == "WIP: Better"); });
  const hosting::ReviewRequest ready = at.service->update(1, {std::nullopt, "because", false});
  CHECK_FALSE(ready.draft);
  CHECK(ready.title == "Better");
  CHECK(ready.body == "because");
}

TEST_CASE("a request at Gitea is read with checks and review", "[hosting][gitea]") {
  OnGitea at;
  static_cast<void>(at.service->fork());
  static_cast<void>(at.service->create(at.from_fork()));
  hosting::ReviewRequest request = at.service->read(1);
  CHECK(request.state == State::open);
  CHECK(request.checks.state == Checks::State::none);
  CHECK(request.review == Review::none);
  CHECK(request.merge_commit.empty());
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 1;
    model.requests[0].checks = {{"build", "success"}, {"style", "warning"}, {"lint", "pending"}};
    model.requests[0].reviews = {{"mia", "REQUEST_CHANGES"}, {"mia", "COMMENT"}};
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::pending);
  CHECK(request.checks.list.size() == 3);
  CHECK(request.review == Review::changes_requested);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].checks[2].state = "error";
    model.requests[0].reviews.push_back({"mia", "APPROVED"});
    model.requests[0].state = "merged";
    model.requests[0].merge_commit = "4444444444444444444444444444444444444444";
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::failed);
  CHECK(request.review == Review::approved);
  CHECK(request.state == State::merged);
  CHECK(request.head == "ddx/x");
  CHECK(request.merge_commit == "4444444444444444444444444444444444444444");
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].reviews.push_back({"mia", "REQUEST_REVIEW"});
  });
  CHECK(at.service->read(1).review == Review::pending);
}

TEST_CASE("a token that may not say whose it is cannot lead to a fork", "[hosting][gitea][errors]") {
  OnGitea at;
  const auto say_so = [&] {
    at.answer_first({200, R"({"permissions":{"push":false},"default_branch":"main"})"});
    at.answer_first(
        {403, R"({"message":"token does not have at least one of required scope(s): [read:user]"})"});
  };
  say_so();
  const Error error = at.failure([&] { static_cast<void>(at.service->access()); });
  CHECK(error.code() == ErrorCode::scope_missing);
  CHECK(std::string(error.what()).find("wants a token with 'read:user'") != std::string::npos);
}
