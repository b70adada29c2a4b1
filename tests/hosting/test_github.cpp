#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_github.hpp"

using namespace ddx;
using hosting::Checks;
using State = hosting::ReviewRequest::State;
using Review = hosting::ReviewRequest::Review;
using test::HostedModel;

namespace {

struct OnGitHub : test::Connected<test::FakeGitHub> {
  OnGitHub() : Connected(auth::Platform::github) {}
  hosting::NewRequest from_fork(const std::string& branch = "ddx/x") {
    return {"Fix", "why", {repository("ada/lib"), branch}, "main"};
  }
};

}  // namespace

TEST_CASE("GitHub says who may push where", "[hosting][github]") {
  OnGitHub at;
  hosting::Access access = at.service->access();
  CHECK_FALSE(access.may_push);
  CHECK(access.default_branch == "main");
  CHECK(access.user == "ada");
  at.fake.with_model([](HostedModel& model) { model.repositories[0].writers.push_back("ada"); });
  CHECK(at.service->access().may_push);
  const auto sent = at.fake.requests().front();
  CHECK(sent.headers.at("authorization") == "Bearer good");
  CHECK(sent.headers.at("accept") == "application/vnd.github+json");
  CHECK_FALSE(sent.headers.at("user-agent").empty());
  CHECK(at.credentials.taken == std::vector<std::string>{"good"});
}

TEST_CASE("a fork is made, waited for, used for a pull request, and found again", "[hosting][github]") {
  OnGitHub at;
  at.fake.with_model([](HostedModel& model) { model.looks_until_forked = 3; });
  const hosting::Repository fork = at.service->fork();
  CHECK(fork.full_name() == "ada/lib");
  CHECK(at.service->fork() == fork);
  at.fake.with_model([](HostedModel& model) { CHECK(model.repositories.size() == 2); });
  const hosting::Created made = at.service->create({"Fix", "why", {fork, "ddx/x"}, "main", true});
  CHECK_FALSE(made.existed);
  CHECK(made.request.number == 1);
  CHECK(made.request.draft);
  CHECK(made.request.head == "ddx/x");
  CHECK(made.request.head_repository == "ada/lib");
  at.fake.with_model([](HostedModel& model) { CHECK(model.requests[0].maintainer_can_modify); });
}

TEST_CASE("a fork that does not get ready is given up", "[hosting][github]") {
  OnGitHub at;
  at.fake.with_model([](HostedModel& model) { model.looks_until_forked = 1000; });
  CHECK(at.failure([&] { static_cast<void>(at.service->fork()); }).code() == ErrorCode::fork_failed);
}

TEST_CASE("a repository of the same name that is no fork is not taken for one", "[hosting][github]") {
  OnGitHub at;
  at.fake.with_model([](HostedModel& model) { model.add("ada", "lib", {"ada"}); });
  CHECK(at.service->fork().full_name() == "ada/lib-1");
}

TEST_CASE("the pull requests of one branch of one fork are found, on all pages", "[hosting][github]") {
  OnGitHub at;
  at.fake.with_model([](HostedModel& model) {
    model.page_size = 2;
    const auto add = [&](const std::string& repository, const std::string& branch, const std::string& state) {
      HostedModel::Request request;
      request.number = static_cast<std::int64_t>(model.requests.size()) + 1;
      request.upstream = "team/lib";
      request.head_repository = repository;
      request.head = branch;
      request.base = "main";
      request.state = state;
      model.requests.push_back(request);
    };
    add("ada/lib", "ddx/x", "closed");
    add("eve/lib", "ddx/x", "open");
    add("ada/other", "ddx/x", "open");
    add("ada/lib", "ddx/x", "merged");
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

TEST_CASE("an open request for the same branches is found instead of made twice", "[hosting][github]") {
  OnGitHub at;
  static_cast<void>(at.service->fork());
  static_cast<void>(at.service->create(at.from_fork()));
  const hosting::Created again = at.service->create(at.from_fork());
  CHECK(again.existed);
  CHECK(again.request.number == 1);
}

TEST_CASE("a repository without drafts gets a ready request, and a note says so", "[hosting][github]") {
  OnGitHub at;
  at.fake.with_model([](HostedModel& model) { model.has_drafts = false; });
  hosting::NewRequest request = at.from_fork();
  request.draft = true;
  CHECK_FALSE(at.service->create(request).request.draft);
  REQUIRE(at.host.notes.size() == 1);
  CHECK(at.host.notes[0] == "'team/lib' has no drafts; the pull request is opened as ready");
}

TEST_CASE("a pull request's text and draft state are changed, the rest stays", "[hosting][github]") {
  OnGitHub at;
  static_cast<void>(at.service->create(at.from_fork()));
  hosting::ReviewRequest after = at.service->update(1, {"Better", std::nullopt, true});
  CHECK(after.title == "Better");
  CHECK(after.body == "why");
  CHECK(after.draft);
  after = at.service->update(1, {std::nullopt, "because"});
  CHECK(after.title == "Better");
  CHECK(after.body == "because");
  CHECK(after.draft);
  CHECK_FALSE(at.service->update(1, {std::nullopt, std::nullopt, false}).draft);
}

TEST_CASE("a pull request is read with checks and review", "[hosting][github]") {
  OnGitHub at;
  static_cast<void>(at.service->create(at.from_fork()));
  hosting::ReviewRequest request = at.service->read(1);
  CHECK(request.state == State::open);
  CHECK(request.checks.state == Checks::State::none);
  CHECK(request.review == Review::none);
  CHECK(request.merge_commit.empty());
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].checks = {{"build", "success"}, {"lint", "pending"}};
    model.requests[0].reviews = {{"mia", "CHANGES_REQUESTED"}, {"mia", "COMMENTED"}};
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::pending);
  REQUIRE(request.checks.list.size() == 2);
  CHECK(request.checks.list[0].name == "build");
  CHECK(request.checks.list[0].url == "https://ci.example.com/build");
  CHECK(request.review == Review::changes_requested);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].checks[1].state = "failure";
    model.requests[0].reviews.push_back({"mia", "APPROVED"});
    model.requests[0].state = "merged";
    model.requests[0].merge_commit = "4444444444444444444444444444444444444444";
  });
  request = at.service->read(1);
  CHECK(request.checks.state == Checks::State::failed);
  CHECK(request.review == Review::approved);
  CHECK(request.state == State::merged);
  CHECK(request.merge_commit == "4444444444444444444444444444444444444444");
}

TEST_CASE("checks of both kinds count at GitHub", "[hosting][github]") {
  OnGitHub at;
  static_cast<void>(at.service->create(at.from_fork()));
  const auto state_with = [&](const std::string& run, const std::string& status) {
    at.fake.with_model([&](HostedModel& model) {
      model.requests[0].checks = {{"build", run}};
      model.requests[0].statuses = {{"ci/old", status}};
    });
    return at.service->read(1).checks;
  };
  const Checks checks = state_with("success", "success");
  CHECK(checks.state == Checks::State::passed);
  REQUIRE(checks.list.size() == 2);
  CHECK(checks.list[1].name == "ci/old");
  CHECK(checks.list[1].url == "https://ci.example.com/ci/old");
  CHECK(state_with("success", "pending").state == Checks::State::pending);
  CHECK(state_with("success", "error").state == Checks::State::failed);
  CHECK(state_with("timed_out", "success").state == Checks::State::failed);
  CHECK(state_with("neutral", "success").state == Checks::State::passed);
}
