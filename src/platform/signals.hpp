#pragma once

#include <atomic>

namespace ddx {

/// From now on SIGINT, SIGTERM and SIGHUP set the returned flag. A second one of the same kind ends the
/// process at once: what it leaves behind is recovered like after any crash. SIGPIPE is ignored, so that a
/// closed pipe is an outcome of the write, and SIGXFSZ, so that a limit on the size of files is one too.
const std::atomic<bool>& watch_signals();

/// The first signal that was caught, or 0.
[[nodiscard]] int caught_signal();

/// Ends the process by `signal`, as if it had never been caught, so that the caller's shell sees the truth.
[[noreturn]] void end_by_signal(int signal);

}  // namespace ddx
