#pragma once

#include "cli/page.hpp"
#include "cli/ui.hpp"
#include "ddx/push.hpp"

namespace ddx::cli::render {

[[nodiscard]] Page push(const PushReport& report, const Appearance& look);
/// The same before anything is sent.
[[nodiscard]] Page push_plan(const PushReport& report, const Appearance& look);

/// What became of contributions.
[[nodiscard]] Page contributions(const std::vector<ContributionState>& states, const Appearance& look);

[[nodiscard]] Page forgotten_contribution(const ContributionState& state);

}  // namespace ddx::cli::render
