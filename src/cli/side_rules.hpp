#pragma once

#include <vector>

#include "ddx/pull.hpp"

namespace CLI {
class App;
}

namespace ddx::cli {

/// `--mine[=GLOB]`, `--theirs[=GLOB]`, `--union[=GLOB]`
void add_side_options(CLI::App& command);

/// What these options said: in the order they were given, but those without a GLOB last.
/// \throws CLI::ValidationError if two sides are asked for all paths
[[nodiscard]] std::vector<SideRule> side_rules(const CLI::App& command);

}  // namespace ddx::cli
