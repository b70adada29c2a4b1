#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "cli/hosted.hpp"
#include "support/fake_gitea.hpp"
#include "support/fake_github.hpp"

namespace fs = std::filesystem;
using ddx::test::contains;
using ddx::test::Hosted;
using ddx::test::HostedModel;
using nlohmann::json;
namespace test = ddx::test;

TEST_CASE("a request that was deleted is over, and the next push opens another one", "[cli][push]") {
  Hosted<test::FakeGitea> place("gitea", {"ada"});
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  place.fake.with_model([](HostedModel& model) {  // no request has the number 1 any more
    model.requests[0].number = 9;
    model.requests[0].state = "closed";
  });
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const json status = place.run_json({"push", "--status"}, "contributions");
  CHECK(status.at("contributions").at(0).at("state") == "closed");
  CHECK(place.run_json({"push", "-m", "Ask again", "--dry-run"}, "push").at("updates") == false);
  const json pushed = place.run_json({"push", "-m", "Ask again"}, "push");
  CHECK(pushed.at("branch") == "ddx/ada/ask-again");
  CHECK(pushed.at("request").at("created") == true);
  CHECK(place.requests().size() == 2);
}

TEST_CASE("a contribution by a fork goes on there, although the platform is not known any more",
          "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"mia"});
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  place.environment.erase("DDX_PLATFORM");
  place.environment.erase("DDX_API_URL");
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const auto pushed = place.ddx({"push"});
  INFO(pushed.err);
  CHECK(pushed.exit == 0);
  CHECK(place.bare("team").git({"branch", "--format=%(refname:short)"}) == "main");
  CHECK(place.bare("ada").git({"show", "ddx/ada/ask-nicely:tools/new.sh"}) == "exit 2");
}

TEST_CASE("a lost contribution is found in a fork of another name, which a dry run names", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"mia"});
  place.fake.with_model([](HostedModel& model) {
    model.fork(HostedModel::Repository(model.repositories[0]), "ada", "prompts");
  });
  fs::rename(place.bare("ada").path(), place.server.repositories() / "ada/prompts.git");
  const std::string fork = place.server.http_url("/git/ada/prompts.git");
  CHECK(place.run_json({"push", "-m", "Ask nicely", "--dry-run"}, "push").at("url") == fork);
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  fs::remove_all(place.project.path() / ".git/ddx");
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const json again = place.run_json({"push", "-m", "Ask nicely"}, "push");
  CHECK(again.at("updates") == true);
  CHECK(again.at("request").at("number") == 1);
  CHECK(place.requests().size() == 1);
}
