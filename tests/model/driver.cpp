#include "model/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "transaction/operation_folder.hpp"

namespace ddx::test {

namespace {

constexpr std::uint64_t everything = ~0ULL;

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) { return limit == 0 ? 0 : random() % limit; }

/// A world, and what has happened in it.
struct Life {
  World world;
  Story story;
};

bool act(const Scenario& scenario, Life& life, When when, Random& random) {
  const Deed deed = static_cast<Deed>(1 + below(random, deed_count - 1));
  return User(scenario, life.world, life.story, when).act(deed, below(random, scenario.plan().size()));
}

/// Deeds that can be done are found by trying.
std::size_t act_somehow(const Scenario& scenario, Life& life, When when, Random& random) {
  for (int attempt = 0; attempt < 20; ++attempt)
    if (act(scenario, life, when, random)) return 1;
  return 0;
}

std::string told(const Story& story) {
  std::string text;
  for (const std::string& line : story.told) text += "; " + line;
  return text;
}

class Judge {
 public:
  Judge(const Scenario& scenario, Tally& tally, std::string how)
      : scenario_(scenario), tally_(tally), how_(std::move(how)) {}

  void crashed(const Life& life, Oracle::Lost lost) {
    ++tally_.cuts;
    Oracle oracle(scenario_, life.world, life.story);
    oracle.check_crashed(lost);
    blame(oracle.violations(), life);
  }

  /// Recovers until nothing is pending, and looks at what came of it.
  void recovered(Life& life) {
    Ending last = run_recovery(scenario_, life.world, nullptr);
    if (last.busy) {  // git comes to its end, then the next command does what this one could not
      User(scenario_, life.world, life.story, When::between).act(Deed::release_index_lock, 0);
      const std::string said = last.said;
      last = run_recovery(scenario_, life.world, nullptr);
      last.said += said;
    }
    settled(life, last);
  }

  /// \param last  the run after which nothing is pending any more
  void settled(Life& life, const Ending& last) {
    ++tally_.runs;
    std::vector<std::string> found;
    if (!last.broken.empty()) found.push_back("recovery comes to its end: " + last.broken);
    Oracle oracle(scenario_, life.world, life.story);
    oracle.check_settled(last);
    found.insert(found.end(), oracle.violations().begin(), oracle.violations().end());
    const Ending again = run_recovery(scenario_, life.world, nullptr);
    if (again.did_something || again.changes != 0 || !again.broken.empty())
      found.push_back("recovering again does nothing: " + again.said + again.broken);
    if (found.empty()) lasting(life, oracle.direction(), last.said, found);
    blame(found, life);
  }

  void broken(const std::string& check, const std::string& what, const Life& life) {
    blame({check + ": " + what}, life);
  }

 private:
  /// Whatever was reported survives the loss of all that is not durable.
  void lasting(const Life& life, Direction direction, const std::string& said,
               std::vector<std::string>& found) {
    Life after{{life.world.disk.after_power_cut(0, tally_.runs), life.world.repository}, life.story};
    Ending last = run_recovery(scenario_, after.world, nullptr);
    if (last.busy) return;  // git is at work; the rest is for later
    if (last.did_something && last.direction != direction)
      found.push_back("what was reported lasts: it went the other way");
    last.direction = direction;
    last.did_something = false;  // the reports were made before
    last.said = said;
    Oracle oracle(scenario_, after.world, after.story);
    oracle.check_settled(last);
    for (const std::string& violation : oracle.violations())
      found.push_back("what was reported lasts: " + violation);
  }

  void blame(const std::vector<std::string>& violations, const Life& life) {
    if (!violations.empty()) tally_.count(violations, how_ + told(life.story));
  }

  const Scenario& scenario_;
  Tally& tally_;
  std::string how_;
};

/// Which of the volatile things survive: all subsets of few, else every prefix and some at random.
std::vector<std::uint64_t> subsets(std::size_t count, const Effort& effort, Random& random) {
  std::vector<std::uint64_t> masks;
  if (count <= effort.exhaustive_bits) {
    for (std::uint64_t mask = 0; mask < (1ULL << count); ++mask) masks.push_back(mask);
    masks.back() = everything;
    return masks;
  }
  for (std::size_t length = 0; length < std::min<std::size_t>(count, 64); ++length)
    masks.push_back((1ULL << length) - 1);
  for (std::size_t lost = 0; lost < std::min<std::size_t>(count, 64); ++lost)
    masks.push_back(everything ^ (1ULL << lost));
  masks.push_back(everything);
  for (std::size_t i = 0; i < effort.samples; ++i) masks.push_back(random());
  return masks;
}

struct Point {
  World world;
  std::string call;
};

std::size_t pending_operations(const Scenario& scenario, World& world) {
  MemoryFiles files(world.disk, scenario.can());
  return OperationFolder::pending(scenario.workspace(), files).size();
}

/// The worlds just before each changing call of an undisturbed operation, and the one after it.
std::vector<Point> points_of(const Scenario& scenario, Tally& tally) {
  std::vector<Point> points;
  Life life{scenario.start(), {}};
  const Ending ending = run_operation(scenario, life.world, [&](const MemoryFiles::Call& call) {
    points.push_back({life.world, std::string(call.name)});
  });
  points.push_back({life.world, "the end"});
  if (ending.direction != Direction::fresh && scenario.can().exchange && scenario.can().no_replace &&
      scenario.can().hard_link)
    tally.count({"an undisturbed operation succeeds: " + ending.said + ending.broken}, scenario.name());
  return points;
}

/// Whom the user comes across.
enum class Race { with_operation, with_undo, with_recovery };
constexpr std::array<std::string_view, 3> race_names{"the operation", "its undoing", "a recovery"};

struct Meeting {
  Race race;
  Deed deed;
  std::size_t target;  ///< the user's
  std::size_t number;  ///< which of the calls that name the target's file they come before
};

/// A program that was killed when the journal was complete and nothing was done yet.
Life prepared(const Scenario& scenario) {
  Life life{scenario.start(), {}};
  bool journal = false;
  static_cast<void>(run_operation(scenario, life.world, [&](const MemoryFiles::Call& call) {
    if (journal && call.name != "sync folder") throw ProgramDied();
    journal = journal || call.other == "intent";
  }));
  return life;
}

/// The user acts on a file just before a call that names it.
/// \returns false if there is no such call
bool race_once(const Scenario& scenario, const Meeting& meeting, Tally& tally) {
  Life life = meeting.race == Race::with_recovery ? prepared(scenario) : Life{scenario.start(), {}};
  const std::string path = scenario.plan()[meeting.target].path;
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  std::size_t met = 0;
  bool undoing = meeting.race != Race::with_undo;
  const auto hook = [&](const MemoryFiles::Call& call) {
    if (!undoing && call.other == ".ddx.lock") {  // the last of all: everything is put back
      undoing = true;
      User(scenario, life.world, life.story, When::live).act(Deed::edit_in_place, scenario.plan().size() - 1);
      return;
    }
    if (!undoing || (call.file != name && call.other != name) || ++met != meeting.number) return;
    tally.deeds +=
        User(scenario, life.world, life.story, When::live).act(meeting.deed, meeting.target) ? 1 : 0;
  };
  Ending ending = meeting.race == Race::with_recovery ? run_recovery(scenario, life.world, hook)
                                                      : run_operation(scenario, life.world, hook);
  Judge judge(scenario, tally,
              fmt::format("{}: the user meets {} at {}, time {}", scenario.name(),
                          race_names.at(static_cast<std::size_t>(meeting.race)), path, meeting.number));
  if (!ending.broken.empty()) judge.broken("a program comes to its end", ending.broken, life);
  ending.did_something = false;
  ending.pending ? judge.recovered(life) : judge.settled(life, ending);
  return met >= meeting.number;
}

}  // namespace

void Tally::count(const std::vector<std::string>& violations_found, const std::string& how) {
  violations += violations_found.size();
  for (const std::string& violation : violations_found) {
    Check& check = checks[violation.substr(0, violation.find(": "))];
    if (check.violations++ == 0) check.first = how + "\n    " + violation;
  }
}

std::string Tally::str() const {
  std::string text =
      fmt::format("{} runs, {} crash points, {} states after a crash, {} deeds of the user, {} violations",
                  runs, points, cuts, deeds, violations);
  for (const auto& [name, check] : checks)
    text += fmt::format("\n{} times: {}\n    {}", check.violations, name, check.first);
  return text;
}

void crash_everywhere(const Scenario& scenario, const Effort& effort, std::uint64_t seed, Tally& tally) {
  Random random(seed);
  const std::vector<Point> points = points_of(scenario, tally);
  for (std::size_t number = 0; number < points.size() && !tally.is_enough(); ++number) {
    ++tally.points;
    const MemoryDisk& disk = points[number].world.disk;
    for (const std::uint64_t mask : subsets(disk.volatile_count(), effort, random)) {
      const std::uint64_t loss = below(random, 3);
      const Life crashed{{disk.after_power_cut(mask, loss), points[number].world.repository}, {}};
      Judge judge(scenario, tally,
                  fmt::format("{}: crash before call {} ({}), survived {:#x}, loss {}", scenario.name(),
                              number + 1, points[number].call, mask, loss));
      judge.crashed(crashed, mask == everything ? Oracle::Lost::nothing : Oracle::Lost::something);
      for (std::size_t i = 0; i <= effort.deeds; ++i) {
        Life life = crashed;
        if (i > 0) tally.deeds += act_somehow(scenario, life, When::between, random);
        judge.recovered(life);
      }
    }
  }
}

void act_everywhere(const Scenario& scenario, const Effort& effort, std::uint64_t seed, Tally& tally) {
  Random random(seed);
  const std::size_t calls = points_of(scenario, tally).size() - 1;
  for (std::size_t number = 1; number <= calls && !tally.is_enough(); ++number) {
    for (std::size_t i = 0; i < effort.deeds; ++i) {
      Life life{scenario.start(), {}};
      Ending ending = run_operation(scenario, life.world, [&](const MemoryFiles::Call& call) {
        if (call.number == number) tally.deeds += act_somehow(scenario, life, When::live, random);
      });
      Judge judge(scenario, tally,
                  fmt::format("{}: live before call {} of {}", scenario.name(), number, calls));
      if (!ending.broken.empty()) judge.broken("an operation comes to its end", ending.broken, life);
      if (number + 1 < calls &&
          ending.direction == Direction::fresh) {  // before what was displaced is hashed
        ending.did_something = true;
        for (Story::Late& late : life.story.late) late.live = false;
      }
      ending.pending ? judge.recovered(life) : judge.settled(life, ending);
    }
  }
}

void race_everywhere(const Scenario& scenario, Tally& tally) {
  for (const Race race : {Race::with_operation, Race::with_undo, Race::with_recovery}) {
    for (int deed = 1; deed <= static_cast<int>(Deed::write_to_displaced); ++deed) {
      for (std::size_t target = 0; target < scenario.plan().size(); ++target) {
        for (std::size_t meeting = 1;
             race_once(scenario, {race, static_cast<Deed>(deed), target, meeting}, tally);)
          if (++meeting > 100 || tally.is_enough()) break;
      }
    }
  }
}

void live_once(const Scenario& scenario, std::uint64_t seed, Tally& tally) {
  Random random(seed);
  Life life{scenario.start(), {}};
  Judge judge(scenario, tally, fmt::format("{}: seed {}", scenario.name(), seed));
  constexpr std::size_t about_all_calls = 110, about_recovery = 70;
  /// Ends the program somewhere, perhaps, and lets the user act on the way there.
  const auto hook = [&](std::size_t most, bool quiet) {
    const std::size_t death = 1 + below(random, most);
    const std::size_t first = quiet ? 0 : 1 + below(random, most),
                      second = quiet ? 0 : first + below(random, 4);
    return [&, death, first, second](const MemoryFiles::Call& call) {
      if (call.number == first || call.number == second) {
        if (act_somehow(scenario, life, When::live, random) != 0) {
          ++tally.deeds;
          life.story.told.back() += fmt::format(" before call {} ({})", call.number, call.name);
        }
      }
      if (call.number != death) return;
      life.story.told.push_back(fmt::format("the program dies before call {} ({})", call.number, call.name));
      throw ProgramDied();
    };
  };
  Ending ending = run_operation(scenario, life.world, hook(about_all_calls, below(random, 2) == 0));
  if (!ending.broken.empty()) judge.broken("an operation comes to its end", ending.broken, life);
  if (!ending.died && !ending.pending) {
    judge.settled(life, ending);
    return;
  }
  for (std::size_t crash = below(random, 4);; --crash) {
    ++tally.points;
    const std::uint64_t mask =
        below(random, 3) == 0 ? everything : random() | (below(random, 2) == 0 ? random() : 0);
    if (ending.died) {
      life.world.disk = life.world.disk.after_power_cut(mask, below(random, 3));
      life.story.told.push_back(fmt::format("{:#x} survives", mask));
      power_fails(life.story, scenario, life.world.disk);
      if (pending_operations(scenario, life.world) == 0)
        life.story.said += ending.said;  // nobody will repeat it
    }
    judge.crashed(life, Oracle::Lost::something);
    for (std::size_t i = below(random, 3); i > 0; --i)
      tally.deeds += act_somehow(scenario, life, When::between, random);
    if (crash == 0) break;
    ending = run_recovery(scenario, life.world, hook(about_recovery, below(random, 2) == 0));
    if (!ending.broken.empty()) judge.broken("recovery comes to its end", ending.broken, life);
    if (ending.died || ending.pending) continue;
    nothing_is_pending(life.story, scenario, life.world.disk);
    Life now = life;
    judge.settled(now, ending);
    life.story.said += ending.said;
  }
  judge.recovered(life);
}

}  // namespace ddx::test
