#pragma once

namespace ddx::net {

/// Starts curl with memory that is wiped when it is given back, because credentials pass through its buffers.
/// \throws Error (internal) if it does not start
void start_curl();

}  // namespace ddx::net
