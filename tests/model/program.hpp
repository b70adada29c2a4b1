#pragma once

#include <optional>
#include <set>
#include <string>

#include "model/scenario.hpp"

namespace ddx::test {

/// Which state a program says that it left.
enum class Direction { unknown, old, fresh };

/// How a run of our program ended, and what it said.
struct Ending {
  bool died = false;
  bool busy = false;     ///< git held the index
  bool pending = false;  ///< the next one has to finish
  Direction direction = Direction::unknown;
  bool did_something = false;  ///< it recovered an operation
  std::set<std::string> left_alone;
  std::string said;
  std::string broken;  ///< an ending that must not be
  std::size_t changes = 0;
};

/// `execute` on the scenario's operation.
[[nodiscard]] Ending run_operation(const Scenario& scenario, World& world, MemoryFiles::Before before);
/// `recover`.
[[nodiscard]] Ending run_recovery(const Scenario& scenario, World& world, MemoryFiles::Before before);

}  // namespace ddx::test
