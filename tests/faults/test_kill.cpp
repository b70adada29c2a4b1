#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "ddx/resolve.hpp"
#include "faults/kill_run.hpp"
#include "faults/verbs.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

void resolve_with_theirs(const fs::path& project, Host& host) {
  resolve(Workspace::find(project, host), {{}, Resolution::theirs}, host);
}

void expect_none_lost(const KillTally& tally, std::size_t at_least) {
  WARN(tally.str());
  CHECK(tally.points >= at_least);
  CHECK(tally.violations.empty());
}

}  // namespace

TEST_CASE("a pull killed at any call that changes the disk ends, after recovery, in the old or the new tree",
          "[faults][kill]") {
  expect_none_lost(kill_everywhere(Scene(), pull_offline, {stride, 0}), 60 / stride);
}

TEST_CASE("resolve, continue, abort, rollback and a pull with a commit survive a kill at every third call",
          "[faults][kill]") {
  const Sampling third{3 * stride, 0};
  SECTION("pull --commit") {
    expect_none_lost(kill_everywhere(Scene(), pull_and_commit, third), 30 / stride);
  }
  Scene scene;
  scene.advance(pull_offline);
  SECTION("resolve") { expect_none_lost(kill_everywhere(scene, resolve_with_theirs, third), 10 / stride); }
  SECTION("continue") { expect_none_lost(kill_everywhere(scene, continue_with_theirs, third), 10 / stride); }
  SECTION("abort") { expect_none_lost(kill_everywhere(scene, abort_now, third), 15 / stride); }
  SECTION("rollback") {
    scene.advance(continue_with_theirs);
    expect_none_lost(kill_everywhere(scene, roll_back, third), 10 / stride);
  }
}

TEST_CASE("a restore killed at any third call ends with the old or the recorded state, empty folders too",
          "[faults][kill]") {
  Scene scene;
  scene.advance(record_and_change);
  expect_none_lost(kill_everywhere(scene, restore_here, {3 * stride, 0}), 10 / stride);
}

TEST_CASE("an init killed at any call ends, after recovery, as if it had not begun or as done",
          "[faults][kill]") {
  expect_none_lost(kill_everywhere(Scene::unconnected(), initialise, {stride, 0}), 40 / stride);
}

TEST_CASE("a pull survives a kill on file systems that know fewer ways to move a file",
          "[faults][kill][lesser]") {
  const Sampling sixth{6 * stride, 0};
  SECTION("no modes of rename") {
    const LesserDisk disk(plain_rename);
    expect_none_lost(kill_everywhere(Scene(), pull_and_commit, sixth), 15 / stride);
    expect_none_lost(kill_everywhere(Scene(), pull_offline, {19 * stride, 7}), 3 / stride);
  }
  SECTION("no hard links") {
    const LesserDisk disk(no_links);
    expect_none_lost(kill_everywhere(Scene(), pull_and_commit, sixth), 15 / stride);
  }
}

TEST_CASE("recovery itself may be killed", "[faults][kill]") {
  expect_none_lost(kill_everywhere(Scene(), pull_offline, {9 * stride, 4}), 5 / stride);
}

TEST_CASE("every verb survives a kill at every call, and a second one at every call of the recovery",
          "[faults][kill][long]") {
  const Sampling all{1, 1};
  SECTION("pull") { expect_none_lost(kill_everywhere(Scene(), pull_offline, all), 60); }
  SECTION("pull --commit") { expect_none_lost(kill_everywhere(Scene(), pull_and_commit, all), 60); }
  SECTION("init") { expect_none_lost(kill_everywhere(Scene::unconnected(), initialise, all), 40); }
  Scene scene;
  scene.advance(pull_offline);
  SECTION("resolve") { expect_none_lost(kill_everywhere(scene, resolve_with_theirs, all), 30); }
  SECTION("continue") { expect_none_lost(kill_everywhere(scene, continue_with_theirs, all), 30); }
  SECTION("abort") { expect_none_lost(kill_everywhere(scene, abort_now, all), 45); }
  SECTION("rollback") {
    scene.advance(continue_with_theirs);
    expect_none_lost(kill_everywhere(scene, roll_back, all), 30);
  }
  SECTION("restore") {
    scene.advance(continue_with_theirs);
    scene.advance(record_and_change);
    expect_none_lost(kill_everywhere(scene, restore_here, all), 30);
  }
}

TEST_CASE("every verb survives a kill at every call on file systems that know fewer ways to move a file",
          "[faults][kill][lesser][long]") {
  const LesserDisk disk(GENERATE(plain_rename, no_links));
  const Sampling many{1, 7};
  SECTION("pull --commit") { expect_none_lost(kill_everywhere(Scene(), pull_and_commit, many), 60); }
  SECTION("init") { expect_none_lost(kill_everywhere(Scene::unconnected(), initialise, many), 40); }
  Scene scene;
  scene.advance(pull_offline);
  SECTION("abort") { expect_none_lost(kill_everywhere(scene, abort_now, many), 45); }
  SECTION("rollback") {
    scene.advance(continue_with_theirs);
    expect_none_lost(kill_everywhere(scene, roll_back, many), 30);
  }
}
