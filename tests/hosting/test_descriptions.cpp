#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "hosting/validating_proxy.hpp"
#include "support/fake_github.hpp"

using namespace ddx;
using test::HostedModel;
using Json = nlohmann::json;

namespace {

const std::vector<std::string> prism{"@octokit/openapi@23.0.2", "@stoplight/prism-cli@5.14.2"};

/// All that ddx asks of GitHub, but for GraphQL, which this description does not have.
const std::set<std::string> used_of_github{
    "/user",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/forks",
    "/repos/{owner}/{repo}/git/ref/{ref}",
    "/repos/{owner}/{repo}/pulls",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/commits/{ref}/status",
};

/// The fake behind the proxy, and the service in front of it.
struct Validated : test::Connected<test::FakeGitHub> {
  explicit Validated(const test::NpmPackages& packages)
      : Connected(auth::Platform::github),
        proxy(packages,
              test::part_of(Json::parse(test::read_file(packages.path_of("@octokit/openapi") / "generated" /
                                                        "api.github.com.json")),
                            used_of_github),
              fake.api_url()) {
    upstream.api = proxy.url();
    connect();
  }

  test::ValidatingProxy proxy;
};

void open_and_change(Validated& at) {
  CHECK(at.service->access().user == "ada");
  const hosting::Repository fork = at.service->fork();
  CHECK(at.service->fork() == fork);
  const hosting::NewRequest request{"Fix", "why", {fork, "ddx/x"}, "main", true};
  CHECK(at.service->find(request.head, "main").empty());
  CHECK_FALSE(at.service->create(request).existed);
  CHECK(at.service->create(request).existed);
  CHECK(at.service->find(request.head, "main").size() == 1);
  CHECK(at.service->update(1, {"Better", "because"}).title == "Better");
}

void read_in_all_states(Validated& at) {
  CHECK(at.service->read(1).checks.state == hosting::Checks::State::none);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].checks = {{"build", "success"}, {"lint", "pending"}};
    model.requests[0].statuses = {{"ci/old", "failure"}};
    model.requests[0].reviews = {{"mia", "CHANGES_REQUESTED"}, {"mia", "APPROVED"}};
  });
  hosting::ReviewRequest read = at.service->read(1);
  CHECK(read.checks.state == hosting::Checks::State::failed);
  CHECK(read.review == hosting::ReviewRequest::Review::approved);
  at.fake.with_model([](HostedModel& model) {
    model.requests[0].state = "merged";
    model.requests[0].merge_commit = "4444444444444444444444444444444444444444";
  });
  CHECK(at.service->read(1).state == hosting::ReviewRequest::State::merged);
}

void be_refused(Validated& at) {
  const Error same = at.failure([&] {
    static_cast<void>(at.service->create({"T", "", {at.upstream, "main"}, "main"}));
  });
  CHECK(same.code() == ErrorCode::nothing_to_merge);
  at.upstream = at.upstream.sibling("nobody", "nothing");
  at.connect();
  CHECK(at.failure([&] { static_cast<void>(at.service->access()); }).code() == ErrorCode::platform_denied);
}

}  // namespace

TEST_CASE("what ddx and GitHub's fake say to each other fits GitHub's description",
          "[hosting][github][long]") {
  const test::NpmPackages packages(std::string(DDX_NPM) + "/prism", prism);
  if (!packages.missing().empty()) SKIP(packages.missing());
  Validated at(packages);
  const auto converse = [&] {
    open_and_change(at);
    read_in_all_states(at);
    be_refused(at);
  };
  try {
    converse();
  } catch (const std::exception& error) {
    FAIL(error.what() << "\n" << at.proxy.log());
  }
  INFO(at.proxy.log());
  CHECK(at.proxy.log().find("VIOLATIONS") == std::string::npos);
}

TEST_CASE("the validation by GitHub's description notices what does not fit", "[hosting][github][long]") {
  const test::NpmPackages packages(std::string(DDX_NPM) + "/prism", prism);
  if (!packages.missing().empty()) SKIP(packages.missing());
  Validated at(packages);
  for (const std::string& body : std::vector<std::string>{R"({"login":7})", R"({"logni":"ada"})"}) {
    INFO(body);
    for (int tries = 0; tries < 3; ++tries) at.answer_first({200, body, {"Content-Type: application/json"}});
    CHECK(at.failure([&] { static_cast<void>(at.service->fork()); }).code() == ErrorCode::platform_trouble);
  }
}
