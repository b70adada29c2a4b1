#pragma once

#include "cli/commands/command.hpp"
#include "ddx/init.hpp"

namespace ddx::cli {

/// Asks for what `request` leaves open, where somebody can be asked: the upstream of a new project, or what
/// to do with one that is connected already. Finds out whether the upstream can be read before it asks for a
/// confirmation. \returns false when the user decided to leave everything as it is \throws Error (usage) when
/// nobody can be asked and neither a URL nor a configuration is there
[[nodiscard]] bool complete_request(InitRequest& request, Session& session);

}  // namespace ddx::cli
