#pragma once

#include <string>
#include <vector>

#include "ddx/resolve.hpp"

namespace ddx::cli::json {

[[nodiscard]] std::string conflicts(const PendingConflicts& pending, int exit);
[[nodiscard]] std::string conflict_details(const std::vector<ConflictDetail>& details, int exit);
[[nodiscard]] std::string resolved(const ResolveReport& report, int exit);

}  // namespace ddx::cli::json
