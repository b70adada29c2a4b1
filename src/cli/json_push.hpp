#pragma once

#include <string>

#include "ddx/push.hpp"

namespace ddx::cli::json {

[[nodiscard]] std::string push(const PushReport& report, int exit);

}  // namespace ddx::cli::json
