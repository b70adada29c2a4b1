#pragma once

#include <optional>
#include <string>
#include <system_error>

#include "ddx/host.hpp"
#include "platform/files.hpp"

namespace ddx {

/// Takes the lock of a file of ours, waiting for it as long as the host has patience. It is held as long as
/// the descriptor lives; the file stays, because others may wait for it. Where there are no locks, and the
/// host says that nobody else will want it, it counts as taken.
/// \returns nothing where another process holds it still. \throws std::system_error; Interrupted
[[nodiscard]] std::optional<Descriptor> wait_for_lock(const Directory& folder, const std::string& name,
                                                      Host& host);

/// Whether this says that a file system has no locks.
[[nodiscard]] bool lacks_locks(const std::system_error& error);

}  // namespace ddx
