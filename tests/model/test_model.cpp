#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>

#include "model/driver.hpp"

using namespace ddx::test;

namespace {

/// A number from the environment.
std::uint64_t setting(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

std::uint64_t first_seed() { return setting("DDX_MODEL_SEED", 1); }

/// With DDX_MODEL_ENOUGH, the first violations end the test: for scripts/mutants.
Tally empty_tally() {
  Tally tally;
  tally.enough = setting("DDX_MODEL_ENOUGH", tally.enough);
  return tally;
}

std::vector<Scenario> scenarios(Capabilities can = {}) {
  return {Scenario(Scenario::Kind::wide, can), Scenario(Scenario::Kind::narrow, can),
          Scenario(Scenario::Kind::first, can)};
}

/// Random lives until there were so many runs.
void live(const std::vector<Scenario>& all, std::uint64_t runs, Tally& tally) {
  const std::uint64_t seed = first_seed();
  for (std::uint64_t life = seed; tally.runs < runs && !tally.is_enough(); ++life)
    live_once(all[life % all.size()], life, tally);
}

void report(const Tally& tally) {
  WARN(tally.str());
  CHECK(tally.violations == 0);
}

void on_lesser_file_systems(std::uint64_t lives) {
  for (const Capabilities can : {Capabilities{false, true, true}, Capabilities{false, false, true},
                                 Capabilities{true, true, false}, Capabilities{false, false, false}}) {
    INFO("exchange " << can.exchange << ", no replace " << can.no_replace << ", links " << can.hard_link);
    Tally tally = empty_tally();
    for (const Scenario& scenario : scenarios(can)) {
      if (scenario.name() == "first") crash_everywhere(scenario, {0, 1, 0}, first_seed(), tally);
      if (scenario.name() == "narrow") act_everywhere(scenario, {0, 0, 1}, first_seed(), tally);
    }
    live(scenarios(can), tally.runs + lives, tally);
    report(tally);
  }
}

}  // namespace

TEST_CASE("whatever a crash leaves, recovery ends in the old or the new state", "[model]") {
  Tally tally = empty_tally();
  for (const Scenario& scenario : scenarios()) crash_everywhere(scenario, {4, 5, 1}, first_seed(), tally);
  report(tally);
}

TEST_CASE("whatever the user does while an operation runs, nothing of theirs is lost", "[model]") {
  Tally tally = empty_tally();
  for (const Scenario& scenario : scenarios()) act_everywhere(scenario, {0, 0, 8}, first_seed(), tally);
  report(tally);
}

TEST_CASE("the user acts on a file just before it is moved, and nothing of theirs is lost", "[model]") {
  Tally tally = empty_tally();
  for (const Scenario& scenario : scenarios()) race_everywhere(scenario, tally);
  report(tally);
}

TEST_CASE("recoveries crash, and the user is at work all the time", "[model]") {
  Tally tally = empty_tally();
  live(scenarios(), setting("DDX_MODEL_RUNS", 3000), tally);
  report(tally);
}

TEST_CASE("random lives that once went wrong do not any more", "[model]") {
  struct Once {
    std::uint64_t seed;
    Capabilities can;
  };
  constexpr Capabilities all{true, true, true}, no_exchange{false, true, true},
      links_only{false, false, true};
  Tally tally = empty_tally();
  for (const Once& once :
       {Once{7124784, all}, Once{351326, all}, Once{2697, no_exchange}, Once{9879, no_exchange},
        Once{1854, no_exchange}, Once{5164, no_exchange}, Once{9865, links_only}, Once{10861, links_only},
        Once{4775, links_only}, Once{8229, links_only}}) {
    const auto worlds = scenarios(once.can);
    live_once(worlds[once.seed % worlds.size()], once.seed, tally);
  }
  report(tally);
}

TEST_CASE("a file system without exchange, links or renames that do not replace loses nothing", "[model]") {
  on_lesser_file_systems(setting("DDX_MODEL_RUNS", 200));
}

TEST_CASE("the model at length", "[model][long]") {
  Tally tally = empty_tally();
  for (const Scenario& scenario : scenarios()) {
    crash_everywhere(scenario, {7, 60, 6}, first_seed(), tally);
    act_everywhere(scenario, {0, 0, 100}, first_seed(), tally);
  }
  live(scenarios(), setting("DDX_MODEL_RUNS", 1'000'000), tally);
  report(tally);
}
