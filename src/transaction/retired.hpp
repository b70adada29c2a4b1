#pragma once

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/object_stores.hpp"

namespace ddx {

/// Removes the oldest of the retired operations in `ddx/done/`, all but the newest 50. What they displaced is
/// deleted only when `objects` (the project's own) has it; anything else, which somebody wrote after it was
/// displaced, moves to `ddx/rescue/` under a name of its own. Trouble is left to the next call: nothing
/// depends on this one.
void prune_retired(const Workspace& workspace, Host& host, const git::ObjectSource& objects);

}  // namespace ddx
