#include "cli/resolving.hpp"

#include <fmt/format.h>

#include "cli/wording.hpp"

namespace ddx::cli {

namespace {

/// Upstream's version cannot come to a place that something else than a file holds.
bool can_take_theirs(const Conflict& conflict) {
  const bool about_places = conflict.kind == ConflictKind::type || conflict.kind == ConflictKind::submodule;
  return !about_places || conflict.here;
}

std::vector<std::string> options(const Conflict& conflict) {
  std::vector<std::string> options{"--mine"};
  if (can_take_theirs(conflict)) options.push_back("--theirs");
  if (!conflict.hunks.empty()) options.push_back("--union");
  return options;
}

}  // namespace

std::vector<std::string> resolving_commands(const Conflict& conflict) {
  std::vector<std::string> commands;
  for (const std::string& option : options(conflict))
    commands.push_back(fmt::format("ddx resolve {} {}", option, path_argument(conflict.path.str())));
  return commands;
}

std::string ways_to_resolve(const Conflict& conflict) {
  const std::vector<std::string> all = options(conflict);
  std::string ways = fmt::format("ddx resolve {} {}", all.front(), path_argument(conflict.path.str()));
  for (std::size_t i = 1; i < all.size(); ++i) ways += ", or " + all[i];
  return ways;
}

}  // namespace ddx::cli
