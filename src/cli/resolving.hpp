#pragma once

#include <string>
#include <vector>

#include "ddx/change.hpp"

namespace ddx::cli {

/// The commands that decide this conflict of an open pull, each as it can be typed. Only those that its kind
/// allows. A dry run names the same: what it would come to is what the real run leaves.
[[nodiscard]] std::vector<std::string> resolving_commands(const Conflict& conflict);
/// The same in one line for people.
[[nodiscard]] std::string ways_to_resolve(const Conflict& conflict);

}  // namespace ddx::cli
