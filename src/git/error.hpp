#pragma once

#include <string_view>

#include "ddx/error.hpp"
#include "ddx/oid.hpp"

namespace ddx::git {

/// Throws for a negative return code of libgit2: an `Error` with what ddx was doing and libgit2's reason.
/// Known codes get their own `ErrorCode`; the rest is `repository_damaged` or `io`.
void check(int code, std::string_view doing);

/// libgit2's last message, or "unknown reason". Safe when there is none.
[[nodiscard]] std::string_view last_message();

}  // namespace ddx::git
