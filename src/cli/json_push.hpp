#pragma once

#include <string>
#include <vector>

#include "ddx/push.hpp"

namespace ddx::cli::json {

[[nodiscard]] std::string push(const PushReport& report, int exit);
[[nodiscard]] std::string contributions(const std::vector<ContributionState>& states, int exit);

}  // namespace ddx::cli::json
