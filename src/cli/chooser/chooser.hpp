#pragma once

#include <functional>
#include <vector>

#include "cli/commands/command.hpp"
#include "ddx/push.hpp"

namespace ddx::cli::chooser {

/// Goes through the files with the user, one by one.
/// \throws Error (usage) if nobody can be asked; Interrupted when it is called
[[nodiscard]] std::function<std::vector<ChosenPart>(const std::vector<OfferedFile>&)> on_terminal(
    Session& session);

}  // namespace ddx::cli::chooser
