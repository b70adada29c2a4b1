#include <catch2/catch_test_macros.hpp>

#include "cli/hosted.hpp"
#include "support/fake_bitbucket_cloud.hpp"
#include "support/fake_bitbucket_server.hpp"
#include "support/fake_gitea.hpp"
#include "support/fake_github.hpp"
#include "support/fake_gitlab.hpp"

using namespace ddx;
using test::contains;
using test::HostedModel;

namespace {

/// A check that passed and an approval, in the platform's words.
struct Words {
  std::string passed, approved;
};
const std::map<std::string, Words> words{{"github", {"success", "APPROVED"}},
                                         {"gitlab", {"success", "approved"}},
                                         {"gitea", {"success", "APPROVED"}},
                                         {"bitbucket", {"SUCCESSFUL", "approved"}},
                                         {"bitbucket-server", {"SUCCESSFUL", "APPROVED"}}};

/// Two edits, a request, an update of it, a squash by a maintainer, and a pull that sees it.
template <class Fake>
void go_all_the_way(const std::string& platform) {
  INFO(platform);
  test::Hosted<Fake> place(platform, {"ada"});
  const auto planned = place.ddx({"push", "--dry-run", "-m", "Ask nicely\n\nThey answer better."});
  INFO(planned.err);
  CHECK(planned.exit == 0);
  CHECK(place.requests().empty());
  CHECK(place.bare("team").git({"branch", "--format=%(refname:short)"}) == "main");

  const auto pushed = place.ddx({"push", "-m", "Ask nicely\n\nThey answer better."});
  INFO(pushed.err);
  REQUIRE(pushed.exit == 0);
  CHECK(contains(pushed.out, "Opened pull request 1: "));
  REQUIRE(place.requests().size() == 1);
  const HostedModel::Request request = place.requests()[0];
  CHECK(request.title == "Ask nicely");
  CHECK(request.body == "They answer better.");
  CHECK(request.head == "ddx/ada/ask-nicely");
  CHECK(request.base == "main");
  const auto bare = place.bare("team");
  CHECK(bare.git({"rev-list", "--count", "main..ddx/ada/ask-nicely"}) == "1");
  CHECK(bare.git({"diff", "--name-only", "main", "ddx/ada/ask-nicely"}) == "prompts/review.md\ntools/new.sh");

  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const auto again = place.ddx({"push"});
  INFO(again.err);
  REQUIRE(again.exit == 0);
  CHECK(contains(again.out, "Updated branch ddx/ada/ask-nicely with 2 files, for main\n"));
  CHECK(contains(again.out, "Updated pull request 1: "));
  CHECK(place.requests().size() == 1);
  CHECK(bare.git({"show", "ddx/ada/ask-nicely:tools/new.sh"}) == "exit 2");
  CHECK(bare.git({"rev-list", "--count", "main..ddx/ada/ask-nicely"}) == "1");

  place.fake.with_model([&](HostedModel& model) {
    model.requests[0].head_commit = bare.git({"rev-parse", "ddx/ada/ask-nicely"});
    model.requests[0].checks = {{"build", words.at(platform).passed}};
    model.requests[0].reviews = {{"mia", words.at(platform).approved}};
  });
  const auto status = place.ddx({"push", "--status"});
  INFO(status.out);
  CHECK(status.exit == 0);
  CHECK(contains(status.out, "Ask nicely\n  open, checks passed, approved\n"));

  place.squash("ddx/ada/ask-nicely", "Nicer (#1)");
  place.fake.with_model([](HostedModel& model) { model.requests[0].state = "merged"; });
  const auto pulled = place.ddx({"pull"});
  CHECK(pulled.exit == 0);
  CHECK(contains(pulled.out, "Your contribution landed\n  Ask nicely\n"));
  CHECK(contains(place.ddx({"status"}).out, "3 files in sync"));
  CHECK(contains(place.ddx({"push", "--status"}).out, "No contribution is open"));
  CHECK(contains(place.ddx({"push"}).out, "Nothing to contribute"));
}

}  // namespace

TEST_CASE("from two edits to a landed contribution at GitHub", "[cli][push]") {
  go_all_the_way<test::FakeGitHub>("github");
}

TEST_CASE("from two edits to a landed contribution at GitLab", "[cli][push]") {
  go_all_the_way<test::FakeGitLab>("gitlab");
}

TEST_CASE("from two edits to a landed contribution at Gitea", "[cli][push]") {
  go_all_the_way<test::FakeGitea>("gitea");
}

TEST_CASE("from two edits to a landed contribution at Bitbucket Cloud", "[cli][push]") {
  go_all_the_way<test::FakeBitbucketCloud>("bitbucket");
}

TEST_CASE("from two edits to a landed contribution at Bitbucket Data Center", "[cli][push]") {
  go_all_the_way<test::FakeBitbucketServer>("bitbucket-server");
}
