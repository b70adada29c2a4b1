#pragma once

#include <system_error>

#include "ddx/error.hpp"

namespace ddx {

/// What the operating system refused, as an `Error`: full disk, permission, read-only file system, another
/// device.
[[nodiscard]] Error to_error(const std::system_error& failure, Aftermath aftermath);

}  // namespace ddx
