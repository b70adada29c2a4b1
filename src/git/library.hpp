#pragma once

namespace ddx::git {

/// Starts libgit2 once, when something first needs it (its start costs more than `ddx version` should).
/// Durable refs and packs are switched on, its network code is never used.
void initialise();

}  // namespace ddx::git
