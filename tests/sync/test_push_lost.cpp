#include <catch2/catch_test_macros.hpp>

#include "ddx/push.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

PushRequest words(std::vector<std::string> paths = {}) {
  PushRequest request;
  request.message = "Words";
  request.paths = std::move(paths);
  return request;
}

/// A project that contributed one edited and one new file, and a fresh clone of it.
struct Scene {
  Scene() {
    world.start({{"prompts/a.md", "1\n2\n3\n"}, {"prompts/b.md", "1\n"}});
    world.write("prompts/a.md", "1\ntwo\n3\n");
    world.write("prompts/new.md", "new\n");
    first = push(world.workspace(), words(), world.host);
    world.commit_project("what was offered");
    world.repository.git({"clone", "-q", world.repository.path().string(), fresh.string()});
    for (const auto& [name, value] : {std::pair{"user.name", "Petra"}, {"user.email", "petra@example.com"}})
      TestRepo::existing(fresh).git({"config", name, value});
    write_file(fresh / ".ddx/prompts/a.md", "1\nTWO\n3\n");
  }
  PushReport push_there(const PushRequest& request = words()) {
    return push(Workspace::find(fresh, world.host.host()), request, world.host);
  }
  std::string at_upstream(const std::vector<std::string>& arguments) const {
    return world.upstream.git(arguments);
  }

  World world;
  PushReport first;
  std::filesystem::path fresh = world.folder.path() / "fresh";
};

}  // namespace

TEST_CASE("a fresh clone goes on with the branch that the lock proves to be ours", "[sync][push]") {
  Scene scene;
  const PushReport second = scene.push_there();
  CHECK(second.result == PushResult::pushed);
  CHECK(second.updates);
  CHECK(second.branch == scene.first.branch);
  CHECK(second.change_id == scene.first.change_id);
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == scene.first.branch + "\nmain");
  CHECK(scene.at_upstream({"show", second.branch + ":prompts/a.md"}) == "1\nTWO\n3");
  CHECK(scene.at_upstream({"show", second.branch + ":prompts/new.md"}) == "new");
  CHECK(scene.push_there().result == PushResult::unchanged);
}

TEST_CASE("a fresh clone that cannot find the contribution says that there is one", "[sync][push]") {
  Scene scene;
  PushRequest other;
  other.message = "Quite another name";
  other.dry_run = DryRun::yes;
  const PushReport plan = scene.push_there(other);
  CHECK_FALSE(plan.updates);
  REQUIRE(plan.warnings.size() == 1);
  CHECK(plan.warnings.front().find("that this clone does not know") != std::string::npos);
  other.branch = scene.first.branch;
  const PushReport named = scene.push_there(other);
  CHECK(named.updates);
  CHECK(named.warnings.empty());
}

TEST_CASE("a contribution that was found again keeps what is in it, whatever is chosen", "[sync][push]") {
  Scene scene;
  const PushReport second = scene.push_there(words({"prompts/a.md"}));
  CHECK(second.branch == scene.first.branch);
  CHECK(scene.at_upstream({"diff", "--name-only", "main", second.branch}) == "prompts/a.md\nprompts/new.md");
}

TEST_CASE("a contribution is found again on a branch with a number, after upstream moved", "[sync][push]") {
  Scene scene;
  const std::string& name = scene.first.branch;
  scene.at_upstream({"branch", "-m", name, name + "-2"});
  scene.at_upstream({"branch", name, "main"});
  scene.world.move_upstream({{"prompts/b.md", "one\n"}});
  const PushReport second = scene.push_there();
  CHECK(second.branch == name + "-2");
  CHECK(second.change_id == scene.first.change_id);
  CHECK(scene.at_upstream({"rev-parse", second.branch + "^"}) == scene.at_upstream({"rev-parse", "main"}));
  CHECK(scene.at_upstream({"rev-parse", name}) == scene.at_upstream({"rev-parse", "main^"}));
}

TEST_CASE("a branch that is not surely ours is never gone on with", "[sync][push]") {
  Scene scene;
  const std::string& name = scene.first.branch;
  SECTION("somebody changed what was offered") {
    scene.at_upstream({"checkout", "-q", name});
    scene.world.move_upstream({{"prompts/a.md", "1\nsomebody's\n3\n"}});
    scene.at_upstream({"checkout", "-q", "main"});
  }
  SECTION("its commit has no change id") {
    scene.at_upstream({"checkout", "-q", name});
    scene.at_upstream({"commit", "-q", "--amend", "-m", "Words"});
    scene.at_upstream({"checkout", "-q", "main"});
  }
  const std::string there = scene.at_upstream({"rev-parse", name});
  const PushReport second = scene.push_there();
  CHECK_FALSE(second.updates);
  CHECK(second.branch == name + "-2");
  CHECK(scene.at_upstream({"rev-parse", name}) == there);
}

TEST_CASE("a branch that was found again is left alone when somebody moves it meanwhile", "[sync][push]") {
  Scene scene;
  PushRequest request = words();
  request.confirm = [&](const PushReport&) {
    scene.at_upstream({"branch", "-f", scene.first.branch, "main"});
    return true;
  };
  CHECK(failure_of([&] { scene.push_there(request); }).code() == ErrorCode::branch_moved);
  CHECK(scene.at_upstream({"rev-parse", scene.first.branch}) == scene.at_upstream({"rev-parse", "main"}));
}
