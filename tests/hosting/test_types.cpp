#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "hosting/type_check.hpp"
#include "support/fake_bitbucket_cloud.hpp"
#include "support/fake_bitbucket_server.hpp"
#include "support/fake_gitea.hpp"
#include "support/fake_gitlab.hpp"

using namespace ddx;
using auth::Platform;
using test::HostedModel;
using test::TypeSource;

namespace {

/// Made from Gitea's description.
TypeSource gitea() {
  return {"gitea-js",
          "dist/index",
          {{"GET", "/api/v1/user", "api.User"},
           {"GET", "/api/v1/repos/[^/]+/[^/]+", "api.Repository"},
           {"GET", ".*/forks", "api.Repository[]"},
           {"POST", "/api/v1/repos/[^/]+/[^/]+/forks", "api.Repository", "api.CreateForkOption"},
           {"GET", ".*/git/refs/heads/.*", "api.Reference[]"},
           {"GET", ".*/pulls", "api.PullRequest[]"},
           {"POST", ".*/pulls", "api.PullRequest", "api.CreatePullRequestOption"},
           {"GET", ".*/pulls/1", "api.PullRequest"},
           {"PATCH", ".*/pulls/1", "api.PullRequest", "api.EditPullRequestOption"},
           {"GET", ".*/pulls/1/reviews", "api.PullReview[]"},
           {"GET", ".*/commits/[^/]+/status", "api.CombinedStatus"}}};
}

/// Made from Bitbucket Cloud's description, where the text of a request is in prose only.
TypeSource bitbucket_cloud() {
  const auto named = [](const std::string& name) { return "api.components['schemas']['" + name + "']"; };
  const auto page = [](const std::string& type) {
    return "{ values: (" + type + ")[]; page: number; pagelen: number; size: number; next: string }";
  };
  const std::string request = named("pullrequest") + " & { description: string }";
  return {"@coderabbitai/bitbucket",
          "dist/cloud/openapi/openapi-typescript",
          {{"GET", "/2.0/user", named("account") + " & { username: string }"},  // as it says of oneself only
           {"GET", "/2.0/repositories/[^/]+", page(named("repository"))},
           {"GET", "/2.0/repositories/[^/]+/[^/]+", named("repository")},
           {"GET", ".*/forks", page(named("repository"))},
           {"POST", ".*/forks", named("repository"),
            named("repository") + " & { workspace: " + named("workspace") + " }"},
           {"GET", ".*/refs/branches/.*", named("branch")},
           {"GET", ".*/pullrequests", page(request)},
           {"POST", ".*/pullrequests", request, request},
           {"GET", ".*/pullrequests/1", request},
           {"PUT", ".*/pullrequests/1", request, request},
           {"GET", ".*/pullrequests/1/statuses", page(named("commitstatus"))}}};
}

/// Made from Bitbucket Data Center's description, which does not have the version of a request, nor its
/// properties.
TypeSource bitbucket_server() {
  const auto named = [](const std::string& name) { return "api.components['schemas']['" + name + "']"; };
  const auto page = [](const std::string& type) {
    return "{ values: (" + type +
           ")[]; size: number; limit: number; start: number; isLastPage: boolean; nextPageStart: number }";
  };
  const std::string request =
      named("RestPullRequest") + " & { version: number; properties: { mergeCommit: { id: string } } }";
  return {"@coderabbitai/bitbucket",
          "dist/server/openapi/openapi-typescript",
          {{"GET", ".*/api/latest/repos", page(named("RestRepository"))},
           {"GET", ".*/projects/[^/]+/repos/[^/]+", named("RestRepository")},
           {"POST", ".*/projects/[^/]+/repos/[^/]+", named("RestRepository"), named("RestRepository")},
           {"GET", ".*/default-branch", named("RestMinimalRef")},
           {"GET", ".*/forks", page(named("RestRepository"))},
           {"GET", ".*/pull-requests", page(request)},
           {"POST", ".*/pull-requests", request, request},
           {"GET", ".*/pull-requests/1", request},
           {"PUT", ".*/pull-requests/1", request, request},
           {"GET", ".*/rest/build-status/latest/commits/.*", page(named("RestBuildStatus"))}}};
}

/// Written by hand from GitLab's documentation, for answers: what is sent has other names there. It does not
/// know where a fork is from.
TypeSource gitlab() {
  const std::string project = "api.ProjectSchema & { forked_from_project: { id: number } }";
  return {"@gitbeaker/core",
          "dist/index",
          {{"GET", "/api/v4/user", "api.ExpandedUserSchema"},
           {"GET", "/api/v4/projects/[^/]+", project},
           {"POST", ".*/fork", project},
           {"GET", ".*/forks", "(" + project + ")[]"},
           {"GET", ".*/merge_requests", "api.MergeRequestSchema[]"},
           {"POST", ".*/merge_requests", "api.ExpandedMergeRequestSchema"},
           {"GET", ".*/merge_requests/1", "api.ExpandedMergeRequestSchema"},
           {"PUT", ".*/merge_requests/1", "api.ExpandedMergeRequestSchema"},
           {"GET", ".*/merge_requests/1/approvals", "api.MergeRequestLevelMergeRequestApprovalSchema"},
           {"GET", ".*/commits/[^/]+/statuses", "api.CommitStatusSchema[]"}}};
}

/// Everything that a service can be asked, with a request that is reviewed and then merged.
template <class Fake>
void converse(test::Connected<Fake>& at, const std::string& passed, const std::string& approved) {
  static_cast<void>(at.service->access());
  const hosting::Repository fork = at.service->fork();
  CHECK(at.service->fork() == fork);
  const hosting::NewRequest request{"Fix", "why", {fork, "ddx/x"}, "main", true};
  CHECK(at.service->create(request).request.number == 1);
  CHECK(at.service->create(request).existed);
  CHECK(at.service->find(request.head, "main").size() == 1);
  CHECK(at.service->update(1, {"Better", "because", false}).title == "Better");
  CHECK(at.service->read(1).review == hosting::ReviewRequest::Review::none);
  at.fake.with_model([&](HostedModel& model) {
    model.requests[0].checks = {{"build", passed}};
    model.requests[0].reviews = {{"mia", approved}};
    model.requests[0].state = "merged";
    model.requests[0].merge_commit = "4444444444444444444444444444444444444444";
  });
  const hosting::ReviewRequest merged = at.service->read(1);
  CHECK(merged.checks.state == hosting::Checks::State::passed);
  CHECK(merged.review == hosting::ReviewRequest::Review::approved);
}

template <class Fake>
std::string said_wrong(Platform platform, const TypeSource& source, const test::NpmPackages& packages,
                       const std::string& passed, const std::string& approved) {
  test::Connected<Fake> at(platform);
  converse(at, passed, approved);
  return test::type_errors(at.fake, source, packages);
}

const std::vector<std::string> types{"typescript@5.9.3", "gitea-js@1.23.0", "@coderabbitai/bitbucket@1.1.4",
                                     "@gitbeaker/core@43.8.0"};

}  // namespace

TEST_CASE("what ddx and the fakes say to each other fits the platforms' published types", "[hosting][long]") {
  const test::NpmPackages packages(std::string(DDX_NPM) + "/types", types);
  if (!packages.missing().empty()) SKIP(packages.missing());
  CHECK(said_wrong<test::FakeGitea>(Platform::gitea, gitea(), packages, "success", "APPROVED") == "");
  CHECK(said_wrong<test::FakeBitbucketCloud>(Platform::bitbucket_cloud, bitbucket_cloud(), packages,
                                             "SUCCESSFUL", "approved") == "");
  CHECK(said_wrong<test::FakeBitbucketServer>(Platform::bitbucket_server, bitbucket_server(), packages,
                                              "SUCCESSFUL", "APPROVED") == "");
  CHECK(said_wrong<test::FakeGitLab>(Platform::gitlab, gitlab(), packages, "success", "approved") == "");
}

TEST_CASE("the check by published types notices unknown members and other types", "[hosting][long]") {
  const test::NpmPackages packages(std::string(DDX_NPM) + "/types", types);
  if (!packages.missing().empty()) SKIP(packages.missing());
  test::Connected<test::FakeGitea> at(Platform::gitea);
  at.answer_first({200, R"({"full_nmae":"team/lib"})"});
  static_cast<void>(at.service->access());
  const std::string errors = test::type_errors(at.fake, gitea(), packages);
  CHECK(errors.find("'\"full_nmae\"' does not exist") != std::string::npos);
  at.answer_first({200, R"({"archived":"no"})"});
  at.connect();
  static_cast<void>(at.service->access());
  CHECK(test::type_errors(at.fake, gitea(), packages).find("'string' is not assignable to type 'boolean'") !=
        std::string::npos);
}
