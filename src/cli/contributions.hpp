#pragma once

#include <string>

#include "cli/commands/command.hpp"
#include "ddx/push.hpp"

/// What `ddx push` does with contributions that were made.
namespace ddx::cli {

/// `--status`. \returns the exit code: that of why a platform could not be asked
int show_contributions(const Workspace& workspace, const ContributionsRequest& request, Session& session);

/// `--forget`.
int forget_contribution(const Workspace& workspace, const std::string& id, Session& session);

}  // namespace ddx::cli
