#pragma once

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "transaction/writer_lock.hpp"

namespace ddx {

/// How every command that changes something begins: the clone's writer lock is taken, and what a crash left
/// is finished or undone. \returns the lock; hold it to the end
/// \throws Error (busy, recovery_failed, recovery_too_new); Interrupted
[[nodiscard]] WriterLock begin_changes(const Workspace& workspace, Host& host);

}  // namespace ddx
