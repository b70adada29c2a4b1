#pragma once

#include <functional>
#include <string>

#include "base/wire.hpp"
#include "ddx/host.hpp"
#include "git/arrival.hpp"

namespace ddx::git {

/// Has a conversation with an upstream in a worker: what a server sends is read and taken apart in a process
/// with limits, so that a crash, an endless loop or memory used up there is an error here, and credentials
/// are handed over one by one, each for the server that asked.
///
/// \param converse  runs in the worker, with a host and options of its own that reach back to ours, and
/// writes
///                  what came of it
/// \returns what it wrote; to be read with suspicion
/// \throws Error (upstream_unsafe for a worker that crashed, upstream_too_big for one that came to a limit,
/// network_timeout for one that stood still), as a `PassingError` where it may pass; whatever `converse`
/// throws; Interrupted
[[nodiscard]] std::string converse_in_worker(
    const FetchOptions& options, Host& host,
    const std::function<void(const FetchOptions&, Host&, WireWriter& result)>& converse);

/// The same for a fetch.
[[nodiscard]] Arrival fetch_in_worker(const FetchOptions& options, Host& host,
                                      const std::function<Arrival(const FetchOptions&, Host&)>& converse);

}  // namespace ddx::git
