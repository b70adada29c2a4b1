#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <system_error>

#include "model/oracle.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

/// Ends a program before one of its calls.
MemoryFiles::Before dies_before(std::size_t number) {
  return [number](const MemoryFiles::Call& call) {
    if (call.number == number) throw ProgramDied();
  };
}

void cut_power(const Scenario& scenario, World& world, Story& story) {
  world.disk = world.disk.after_power_cut(0, 0);
  power_fails(story, scenario, world.disk);
}

void check_recovered(const Scenario& scenario, World& world, Story& story) {
  power_fails(story, scenario, world.disk);
  const Ending last = run_recovery(scenario, world, nullptr);
  CHECK(last.broken.empty());
  Oracle oracle(scenario, world, story);
  oracle.check_settled(last);
  CHECK(oracle.violations() == std::vector<std::string>{});
}

/// Runs an operation that the user gets in the way of at the very end. `before` is called once it is undoing.
Ending run_undone(const Scenario& scenario, World& world, Story& story, const MemoryFiles::Before& before) {
  bool undoing = false;
  return run_operation(scenario, world, [&](const MemoryFiles::Call& call) {
    if (undoing) before(call);
    if (undoing || call.other != ".ddx.lock") return;
    undoing = User(scenario, world, story, When::live).act(Deed::save_by_rename, scenario.plan().size() - 1);
  });
}

}  // namespace

TEST_CASE("what was found in the place of staged content is reported, though a recovery died over it",
          "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::narrow);
  const std::size_t target = GENERATE_COPY(std::size_t{0}, scenario.plan().size() - 1);
  World start = scenario.start();
  Story story;
  static_cast<void>(run_operation(scenario, start, [](const MemoryFiles::Call& call) {
    if (call.file == "index.lock") throw ProgramDied();
  }));
  User user(scenario, start, story, When::between);
  REQUIRE(user.act(Deed::write_to_displaced, target));
  REQUIRE(user.act(Deed::check_out_old, target));
  const std::string report = "'" + scenario.plan()[target].path + "' was put in place once more";
  for (std::size_t number = 1;; ++number) {
    INFO(scenario.plan()[target].path << ", the first recovery dies before call " << number);
    World world = start;
    const Ending first = run_recovery(scenario, world, dies_before(number));
    const Ending last = first.died ? run_recovery(scenario, world, nullptr) : first;
    if (last.did_something) CHECK(last.said.find(report) != std::string::npos);
    if (!first.died) break;
  }
}

TEST_CASE("an operation is undone on a full disk and dies, and what recovery makes of it can be undone",
          "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::narrow);
  const bool power_fails_too = GENERATE(false, true);
  for (std::size_t number = 1;; ++number) {
    INFO("the undoing dies before call " << number << (power_fails_too ? ", the power fails" : ""));
    World world = scenario.start();
    Story story;
    std::size_t calls = 0;
    const Ending ending = run_undone(scenario, world, story, [&](const MemoryFiles::Call& call) {
      if (++calls == number) throw ProgramDied();
      if (call.file == "aborting") throw std::system_error(ENOSPC, std::generic_category(), "create");
    });
    if (!ending.died) break;
    if (power_fails_too) cut_power(scenario, world, story);
    check_recovered(scenario, world, story);
  }
}

TEST_CASE(
    "an undoing dies before its mark is durable, the next makes it durable before it drops the snapshot",
    "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::narrow);
  for (std::size_t number = 1;; ++number) {
    INFO("the second undoing dies before call " << number << ", then the power fails");
    World world = scenario.start();
    Story story;
    bool marked = false;
    const Ending first = run_undone(scenario, world, story, [&](const MemoryFiles::Call& call) {
      if (marked) throw ProgramDied();
      marked = call.file == "aborting";
    });
    REQUIRE(first.died);
    const Ending second = run_recovery(scenario, world, dies_before(number));
    if (!second.died) break;
    cut_power(scenario, world, story);
    check_recovered(scenario, world, story);
  }
}

TEST_CASE(
    "the user replaces or removes a lock that dying recoveries had adapted, and is told that theirs stays",
    "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::narrow);
  const std::size_t lock = scenario.plan().size() - 1;
  const Deed deed = GENERATE(Deed::save_by_rename, Deed::remove);
  for (std::size_t number = 1;; ++number) {
    INFO(to_string(deed) << ", the first recovery dies before call " << number);
    World world = scenario.start();
    Story story;
    static_cast<void>(run_operation(scenario, world, [](const MemoryFiles::Call& call) {
      if (call.name == "rename" && call.other == "replaced.md") throw ProgramDied();
    }));
    User user(scenario, world, story, When::between);
    REQUIRE(user.act(Deed::edit_in_place, 0));  // so that the lock has to be adapted
    const Ending first = run_recovery(scenario, world, dies_before(number));
    if (!first.died) break;
    if (!user.act(Deed::check_out_old, 0)) continue;  // so that it has to be another one
    if (file_at(world.disk, "/w/.ddx.lock") != scenario.plan()[lock].before) continue;
    REQUIRE(user.act(deed, lock));
    const Ending last = run_recovery(scenario, world, nullptr);
    CHECK(last.left_alone.contains(".ddx.lock"));
    CHECK(same(file_at(world.disk, "/w/.ddx.lock"), story.touched.at("/w/.ddx.lock").expected));
  }
}

TEST_CASE("a crash leaves the lock half replaced, and a file that a user edits then keeps its old base",
          "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::wide, {false, true, true});
  World start = scenario.start();
  static_cast<void>(run_operation(scenario, start, [](const MemoryFiles::Call& call) {
    if (call.name == "rename" && call.file != ".ddx.lock" && call.other == ".ddx.lock") throw ProgramDied();
  }));
  REQUIRE_FALSE(file_at(start.disk, "/w/.ddx.lock"));
  for (std::size_t lost = 0; lost < start.disk.volatile_count(); ++lost) {
    for (std::size_t target = 0; target < scenario.plan().size(); ++target) {
      INFO("change " << lost << " is lost, the user puts a link at " << scenario.plan()[target].path);
      World world = start;
      Story story;
      world.disk = start.disk.after_power_cut(~(1ULL << lost), 0);
      static_cast<void>(User(scenario, world, story, When::between).act(Deed::put_a_link, target));
      check_recovered(scenario, world, story);
    }
  }
}

TEST_CASE(
    "the power fails while recovery adapts the lock of a first pull, and no file gets a base it has not",
    "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::first);
  const std::size_t target = 2;  // replaced, as the user had a file there
  World applied = scenario.start();
  bool lock_came = false;
  static_cast<void>(run_operation(scenario, applied, [&](const MemoryFiles::Call& call) {
    if (lock_came) throw ProgramDied();
    lock_came = call.other == ".ddx.lock";
  }));
  std::size_t found = 0;
  for (std::size_t lost = 0; lost < applied.disk.volatile_count(); ++lost) {
    World start = applied;
    start.disk = applied.disk.after_power_cut(~(1ULL << lost), 0);
    Story story;
    if (!file_at(start.disk, "/w/.ddx.lock") || is_applied(scenario.plan()[target], start.disk)) continue;
    REQUIRE(User(scenario, start, story, When::between).act(Deed::save_by_rename, target));
    for (std::size_t number = 1;; ++number) {
      World world = start;
      if (!run_recovery(scenario, world, dies_before(number)).died) break;
      for (std::size_t gone = 0; gone < world.disk.volatile_count(); ++gone) {
        INFO("recovery dies before call " << number << ", change " << gone << " is lost");
        World after = world;
        Story then = story;
        after.disk = world.disk.after_power_cut(~(1ULL << gone), 0);
        check_recovered(scenario, after, then);
        ++found;
      }
    }
  }
  CHECK(found > 0);
}
