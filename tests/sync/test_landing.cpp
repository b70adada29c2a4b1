#include <catch2/catch_test_macros.hpp>

#include "ddx/push.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

const std::string base = "1\n2\n3\n4\n5\n6\n";

/// A project that has contributed one edited and one new file.
struct Scene {
  explicit Scene(Layout layout = Layout::plain) : world(layout) {
    world.start({{"prompts/a.md", base}, {"prompts/b.md", base}});
    world.write("prompts/a.md", "1\ntwo\n3\n4\n5\n6\n");
    world.write("prompts/new.md", "new\n");
    PushRequest request;
    request.message = "Words";
    pushed = push(world.workspace(), request, world.host);
  }
  void git(const std::vector<std::string>& arguments) const { world.upstream.git(arguments); }
  void squash(const std::string& message = "squashed") const {
    git({"merge", "-q", "--squash", pushed.branch});
    git({"commit", "-qm", message});
  }
  std::string state() { return contributions(world.workspace(), {pushed.change_id}, world.host).at(0).state; }

  World world;
  PushReport pushed;
};

}  // namespace

TEST_CASE("a contribution that upstream merged or squashed is told by the pull and leaves no drift",
          "[sync][landing]") {
  for (const Layout layout : {Layout::plain, Layout::subtree}) {
    for (const bool squashed : {false, true}) {
      Scene scene(layout);
      if (squashed) {
        scene.squash();
      } else {
        scene.git({"merge", "-q", "--no-ff", "-m", "merge", scene.pushed.branch});
      }
      const PullReport report = scene.world.pull();
      CHECK(report.result == PullResult::updated);
      CHECK(report.conflicts.empty());
      REQUIRE(report.landed.size() == 1);
      CHECK(report.landed.front().title == "Words");
      CHECK(scene.state() == "landed");
      CHECK(lines(scene.world.status()) ==
            Lines{"prompts/a.md: in sync", "prompts/b.md: in sync", "prompts/new.md: in sync"});
      CHECK(scene.world.read("../.ddx.lock").find("offered") == std::string::npos);
    }
  }
}

TEST_CASE("edits made since a contribution landed stay, also in the same lines", "[sync][landing]") {
  Scene scene;
  scene.world.write("prompts/a.md", "1\nTWO\n3\n4\n5\n6\n");
  scene.world.write("prompts/new.md", "newer\n");
  scene.squash();
  scene.world.move_upstream({{"prompts/a.md", "1\ntwo\n3\n4\n5\nsix\n"}});
  const PullReport report = scene.world.pull();
  CHECK(report.conflicts.empty());
  CHECK(scene.world.read("prompts/a.md") == "1\nTWO\n3\n4\n5\nsix\n");
  CHECK(scene.world.read("prompts/new.md") == "newer\n");
  CHECK(lines(scene.world.status()) ==
        Lines{"prompts/a.md: customized", "prompts/b.md: in sync", "prompts/new.md: customized"});
}

TEST_CASE("a contribution that was edited in review takes upstream's form without a conflict",
          "[sync][landing]") {
  Scene scene;
  scene.git({"merge", "-q", "--squash", scene.pushed.branch});
  scene.world.upstream.write("prompts/a.md", "1\nTwo, please\n3\n4\n5\n6\n");
  scene.git({"commit", "-qam", "Words\n\nDdx-Change-Id: " + scene.pushed.change_id});
  const PullReport report = scene.world.pull();
  CHECK(report.conflicts.empty());
  CHECK(report.landed.size() == 1);
  CHECK(scene.world.read("prompts/a.md") == "1\nTwo, please\n3\n4\n5\n6\n");
}

TEST_CASE("a contribution of which upstream took a part stays open for the rest", "[sync][landing]") {
  Scene scene;
  scene.world.move_upstream({{"prompts/new.md", "new\n"}});
  const PullReport report = scene.world.pull();
  CHECK(report.landed.empty());
  CHECK(scene.state() == "open");
  CHECK(lines(scene.world.status()) ==
        Lines{"prompts/a.md: customized", "prompts/b.md: in sync", "prompts/new.md: in sync"});
}

TEST_CASE("a colleague's clone knows by the lock what was contributed", "[sync][landing]") {
  Scene scene;
  scene.world.commit_project();
  const auto clone = scene.world.folder.path() / "other";
  scene.world.repository.git({"clone", "-q", scene.world.repository.path().string(), clone.string()});
  scene.squash();
  scene.world.move_upstream({{"prompts/a.md", "1\ntwo\n3\n4\n5\nsix\n"}});
  write_file(clone / ".ddx/prompts/a.md", "1\nTWO\n3\n4\n5\n6\n");
  write_file(clone / ".ddx/prompts/new.md", "newer\n");
  const PullReport report = pull(Workspace::find(clone, scene.world.host), {}, scene.world.host);
  CHECK(report.conflicts.empty());
  CHECK(TestRepo::existing(clone).git({"status", "--short"}) ==
        " M .ddx.lock\n M .ddx/prompts/a.md\n M .ddx/prompts/new.md");
}

TEST_CASE("what upstream did not take keeps its base", "[sync][landing]") {
  Scene scene;
  scene.world.move_upstream({{"prompts/a.md", "1\ndeux\n3\n4\n5\n6\n"}});
  const PullReport report = scene.world.pull();
  CHECK(lines(report.conflicts) == Lines{"content prompts/a.md"});
  CHECK(report.landed.empty());
}

TEST_CASE("a pull before the contribution landed keeps what was offered", "[sync][landing]") {
  Scene scene;
  scene.world.move_upstream({{"prompts/a.md", "1\n2\n3\n4\n5\nsix\n"}});
  scene.world.pull();
  CHECK(scene.world.read("prompts/a.md") == "1\ntwo\n3\n4\n5\nsix\n");
  CHECK(scene.world.read("../.ddx.lock").find("offered") != std::string::npos);
  scene.git({"merge", "-q", "--no-ff", "-m", "merge", scene.pushed.branch});
  const PullReport report = scene.world.pull();
  CHECK(report.landed.size() == 1);
  CHECK(lines(scene.world.status()) ==
        Lines{"prompts/a.md: in sync", "prompts/b.md: in sync", "prompts/new.md: in sync"});
}

TEST_CASE(
    "what was pushed again after the merge stays a customization, and becomes a contribution of its own",
    "[sync][landing]") {
  for (const bool squashed : {false, true}) {
    Scene scene;
    if (squashed) {
      scene.squash();
    } else {
      scene.git({"merge", "-q", "--ff-only", scene.pushed.branch});
    }
    scene.world.write("prompts/a.md", "1\ntwo\n3\n4\nfive\n6\n");
    scene.world.write("prompts/b.md", "one\n2\n3\n4\n5\n6\n");
    const PushReport again = push(scene.world.workspace(), {}, scene.world.host);
    CHECK(again.change_id != scene.pushed.change_id);
    CHECK(again.branch != scene.pushed.branch);
    const PullReport report = scene.world.pull();
    REQUIRE(report.landed.size() == 1);
    CHECK(report.landed.front().change_id == scene.pushed.change_id);
    CHECK(scene.world.read("prompts/a.md") == "1\ntwo\n3\n4\nfive\n6\n");
    CHECK(scene.world.read("prompts/b.md") == "one\n2\n3\n4\n5\n6\n");
    CHECK(lines(scene.world.status()) ==
          Lines{"prompts/a.md: customized", "prompts/b.md: customized", "prompts/new.md: in sync"});
    CHECK(contributions(scene.world.workspace(), {}, scene.world.host).at(0).change_id == again.change_id);
  }
}

TEST_CASE("of an older push that upstream took, the newer one's edits stay", "[sync][landing]") {
  Scene scene;
  const std::string taken = scene.world.upstream.git({"rev-parse", scene.pushed.branch});
  scene.world.write("prompts/a.md", "1\ntwo\n3\n4\nfive\n6\n");
  CHECK(push(scene.world.workspace(), {}, scene.world.host).change_id == scene.pushed.change_id);
  scene.git({"merge", "-q", "--ff-only", taken});
  const PullReport report = scene.world.pull();
  CHECK(report.conflicts.empty());
  CHECK(scene.world.read("prompts/a.md") == "1\ntwo\n3\n4\nfive\n6\n");
  CHECK(lines(scene.world.status()) ==
        Lines{"prompts/a.md: customized", "prompts/b.md: in sync", "prompts/new.md: in sync"});
}

TEST_CASE("what upstream took back before it was pulled stays a customization", "[sync][landing]") {
  Scene scene;
  scene.git({"merge", "-q", "--no-ff", "-m", "merge", scene.pushed.branch});
  scene.git({"revert", "--no-edit", "-m", "1", "HEAD"});
  SECTION("and nothing else") {}
  SECTION("and changed other lines") {
    scene.world.move_upstream({{"prompts/a.md", "1\n2\n3\n4\n5\nsix\n"}});
  }
  const PullReport report = scene.world.pull();
  CHECK(report.landed.empty());
  CHECK(report.conflicts.empty());
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings.front() ==
        "upstream took 'Words' and then took it back: here it stays a customization");
  CHECK(contributions(scene.world.workspace(), {}, scene.world.host).empty());
  CHECK(scene.world.read("prompts/a.md").starts_with("1\ntwo\n3\n"));
  CHECK(scene.world.read("prompts/new.md") == "new\n");
}

TEST_CASE("what was taken back is known after a pull that the offer was not made from", "[sync][landing]") {
  World world;
  world.start({{"a.md", base}});
  world.write("a.md", "1\ntwo\n3\n4\n5\n6\n");
  world.move_upstream({{"a.md", "1\n2\n3\n4\n5\nsix\n"}});
  const PushReport pushed = push(world.workspace(), {}, world.host);
  world.pull();
  world.upstream.git({"merge", "-q", "--squash", pushed.branch});
  world.upstream.git({"commit", "-qm", "squashed"});
  world.upstream.git({"revert", "--no-edit", "HEAD"});
  world.move_upstream({{"a.md", "1\n2\n3\n4\n5\nSIX\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("a.md") == "1\ntwo\n3\n4\n5\nSIX\n");
}

TEST_CASE("a file that review dropped from a contribution stays a customization", "[sync][landing]") {
  Scene scene;
  scene.git({"merge", "-q", "--squash", scene.pushed.branch});
  scene.git({"checkout", "-q", "HEAD", "--", "prompts/a.md"});
  scene.git({"commit", "-qm", "A new one\n\nDdx-Change-Id: " + scene.pushed.change_id});
  const PullReport report = scene.world.pull();
  CHECK(report.landed.size() == 1);
  CHECK(scene.world.read("prompts/a.md") == "1\ntwo\n3\n4\n5\n6\n");
  CHECK(lines(scene.world.status()) ==
        Lines{"prompts/a.md: customized", "prompts/b.md: in sync", "prompts/new.md: in sync"});
}

TEST_CASE(
    "a squash without a name is known after a pull of something else, also where the line was edited again",
    "[sync][landing]") {
  Scene scene;
  scene.world.move_upstream({{"prompts/a.md", "1\n2\n3\n4\n5\nsix\n"}});
  scene.world.pull();
  scene.world.write("prompts/a.md", "1\nTWO\n3\n4\n5\nsix\n");
  scene.squash();
  const PullReport report = scene.world.pull();
  CHECK(report.conflicts.empty());
  CHECK(report.landed.size() == 1);
  CHECK(scene.world.read("prompts/a.md") == "1\nTWO\n3\n4\n5\nsix\n");
}

TEST_CASE("a record of contributions that cannot be read keeps no update away", "[sync][landing]") {
  Scene scene;
  const auto file = scene.world.repository.path() / ".git/ddx/contributions/root.json";
  REQUIRE(std::filesystem::exists(file));
  write_file(file, "{");
  scene.squash();
  const PullReport report = scene.world.pull();
  CHECK(report.result == PullResult::updated);
  CHECK(report.conflicts.empty());
  CHECK_FALSE(report.warnings.empty());
}
