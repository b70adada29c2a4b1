#include <catch2/catch_test_macros.hpp>

#include "ddx/push.hpp"
#include "world.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using namespace ddx::test;

namespace {

const std::string base = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

/// A project, and a second one of somebody else that follows the same upstream.
struct Two {
  Two() {
    world.start({{"prompts/a.md", base}});
    other.git({"config", "user.name", "Olga Other"});
    other.git({"config", "user.email", "olga@example.com"});
    InitRequest request;
    request.url = world.upstream.path().string();
    init(other.path(), request, world.host);
    other.commit("connect");
  }
  [[nodiscard]] Workspace there() { return Workspace::find(other.path(), world.host); }
  PushReport push(const Workspace& from, const std::string& message) {
    PushRequest request;
    request.message = message;
    return ddx::push(from, request, world.host);
  }
  void squash(const PushReport& pushed) const {
    world.upstream.git({"merge", "-q", "--squash", pushed.branch});
    world.upstream.git({"commit", "-qm", "squashed"});
  }

  World world;
  TestRepo other{world.folder.path() / "other"};
};

}  // namespace

TEST_CASE("what two projects contribute ends up together in the upstream, and in both", "[sync][push]") {
  Two two;
  two.world.write("prompts/a.md", "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
  two.other.write(".ddx/prompts/a.md", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
  const PushReport first = two.push(two.world.workspace(), "One");
  const PushReport early = two.push(two.there(), "Nine");
  CHECK(first.branch != early.branch);
  two.squash(first);

  const PushReport second = two.push(two.there(), "Nine");
  CHECK(second.branch == early.branch);
  REQUIRE(second.changes.size() == 1);
  CHECK(second.changes.front().merged);
  two.squash(second);
  const std::string both = "one\n2\n3\n4\n5\n6\n7\n8\nnine\n";
  CHECK(two.world.upstream.read("prompts/a.md") == both);

  CHECK(two.world.pull().landed.size() == 1);
  CHECK(pull(two.there(), {}, two.world.host).landed.size() == 1);
  CHECK(two.world.read("prompts/a.md") == both);
  CHECK(two.other.read(".ddx/prompts/a.md") == both);
  CHECK(two.push(two.world.workspace(), "more").result == PushResult::nothing);
  CHECK(two.push(two.there(), "more").result == PushResult::nothing);
}

TEST_CASE("however often was pulled and committed before, nothing of that is in a contribution",
          "[sync][push]") {
  for (const bool keep_history : {false, true}) {
    World world;
    world.start({{"prompts/a.md", base}, {"prompts/b.md", "0\n"}});
    PullRequest request;
    request.commit = true;
    for (int round = 1; round <= 4; ++round) {
      world.move_upstream({{"prompts/b.md", std::to_string(round) + "\n"}});
      world.write("prompts/a.md", std::to_string(round) + base.substr(1));
      world.commit_project("mine " + std::to_string(round));
      world.pull(request);
    }
    PushRequest push_request;
    push_request.message = "Mine";
    push_request.keep_history = keep_history;
    const PushReport report = push(world.workspace(), push_request, world.host);
    const std::string range = "main.." + report.branch;
    const std::string messages = world.upstream.git({"log", "--reverse", "--format=%s%n%b", range});
    CHECK(messages.find("ddx") == messages.npos);
    CHECK(messages.find("snap-") == messages.npos);
    CHECK(world.upstream.git({"log", "--name-only", "--format=", range}).find(".ddx") == std::string::npos);
    CHECK(world.upstream.git({"diff", "--name-only", "main", report.branch}) == "prompts/a.md");
    CHECK(world.upstream.git({"rev-list", "--count", range}) == (keep_history ? "3" : "1"));
  }
}

TEST_CASE("nothing is sent to another upstream than the one that was pulled from", "[sync][push]") {
  World world;
  world.start({{"prompts/a.md", base}});
  TestRepo wrong(world.folder.path() / "wrong");
  wrong.write("README.md", "of something else\n");
  wrong.commit("another one");
  world.write("prompts/new.md", "new\n");
  write_file(world.root / ".ddx.yml",
             "version: 1\nrepository:\n  url: " + wrong.path().string() + "\n  branch: main\n");
  const DiskTree before = world.everything();
  const Error error = failure_of([&] { push(world.workspace(), {}, world.host); });
  CHECK(error.code() == ErrorCode::other_upstream);
  CHECK(suggests(error, Recovery::pull_first));
  CHECK(wrong.git({"branch", "--format=%(refname:short)"}) == "main");
  CHECK(world.everything() == before);
}

TEST_CASE("a file that was born here and edited since it was contributed keeps the edit when it arrives",
          "[sync][push][landing]") {
  for (const bool in_its_own_lines : {true, false}) {
    World world;
    world.start({{"prompts/a.md", base}});
    world.write("prompts/new.md", base);
    PushRequest request;
    request.message = "New";
    const PushReport pushed = push(world.workspace(), request, world.host);
    world.write("prompts/new.md", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
    world.upstream.git({"merge", "-q", "--squash", pushed.branch});
    world.upstream.git({"commit", "-qm", "squashed"});
    if (!in_its_own_lines) world.move_upstream({{"prompts/new.md", "one\n2\n3\n4\n5\n6\n7\n8\n9\n"}});
    const PullReport report = world.pull();
    CHECK(report.conflicts.empty());
    CHECK(world.read("prompts/new.md") ==
          (in_its_own_lines ? "1\n2\n3\n4\n5\n6\n7\n8\nnine\n" : "one\n2\n3\n4\n5\n6\n7\n8\nnine\n"));
    CHECK(lines(world.status()) == Lines{"prompts/a.md: in sync", "prompts/new.md: customized"});
  }
}
