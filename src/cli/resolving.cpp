#include "cli/resolving.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/wording.hpp"

namespace ddx::cli {

namespace {

/// Upstream's version cannot come to a place that something else than a file holds.
bool can_take_theirs(const Conflict& conflict) {
  const bool about_places = conflict.kind == ConflictKind::type || conflict.kind == ConflictKind::submodule;
  return !about_places || conflict.here;
}

std::vector<std::string> options(const Conflict& conflict) {
  const std::string path = shell_word(glob_for(conflict.path.str()));
  std::vector<std::string> options{"--mine=" + path};
  if (can_take_theirs(conflict)) options.push_back("--theirs=" + path);
  if (!conflict.hunks.empty()) options.push_back("--union=" + path);
  return options;
}

constexpr const char* command = "ddx pull --continue ";

}  // namespace

std::vector<std::string> resolving_commands(const Conflict& conflict) {
  std::vector<std::string> commands;
  for (const std::string& option : options(conflict)) commands.push_back(command + option);
  return commands;
}

std::string ways_to_resolve(const Conflict& conflict) {
  return command + fmt::format("{}", fmt::join(options(conflict), ", or "));
}

}  // namespace ddx::cli
