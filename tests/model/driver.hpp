#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "model/oracle.hpp"

namespace ddx::test {

struct Tally {
  std::size_t runs = 0;    ///< sequences of crashes, deeds and recoveries that were looked at in the end
  std::size_t points = 0;  ///< changing calls at which a program ended
  std::size_t cuts = 0;    ///< states of the disk that a crash left
  std::size_t deeds = 0;   ///< things the user did
  std::size_t violations = 0;
  struct Check {
    std::size_t violations = 0;
    std::string first;  ///< with how to reproduce it
  };
  std::map<std::string, Check> checks;
  std::size_t enough =
      std::numeric_limits<std::size_t>::max();  ///< violations after which nothing more is tried

  [[nodiscard]] bool is_enough() const { return violations >= enough; }

  void count(const std::vector<std::string>& violations_found, const std::string& how);
  [[nodiscard]] std::string str() const;
};

/// How much of what could be tried is tried.
struct Effort {
  std::size_t exhaustive_bits = 7;  ///< all subsets of so many un-flushed changes, else prefixes and samples
  std::size_t samples = 20;
  std::size_t deeds = 2;  ///< besides doing nothing, after each crash, or at each step
};

/// Every changing call of the operation, each with subsets of what was not flushed, each with deeds before
/// the recovery.
void crash_everywhere(const Scenario& scenario, const Effort& effort, std::uint64_t seed, Tally& tally);
/// The user acts between two steps of an operation that goes on.
void act_everywhere(const Scenario& scenario, const Effort& effort, std::uint64_t seed, Tally& tally);
/// The user acts on a file just before each call that names it: of an operation, of its undoing, of a
/// recovery.
void race_everywhere(const Scenario& scenario, Tally& tally);
/// One random life: deeds while the operation runs, a crash, deeds, recoveries that crash too.
void live_once(const Scenario& scenario, std::uint64_t seed, Tally& tally);

}  // namespace ddx::test
