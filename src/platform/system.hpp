#pragma once

#include <string>

namespace ddx {

/// The number of this process, for messages.
[[nodiscard]] long process_id();

}  // namespace ddx
