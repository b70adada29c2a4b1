#pragma once

#include "cli/commands/command.hpp"
#include "ddx/resolve.hpp"

namespace ddx::cli::resolver {

/// Goes through the open conflicts of the list with the user, who can leave at any time and go on later.
/// Requires that asking is allowed. \returns the exit code \throws Error; Interrupted, with every file as the
/// last decision left it
int decide_one_by_one(const Workspace& workspace, const PendingConflicts& pending, Session& session);

}  // namespace ddx::cli::resolver
