#include "cli/contributions.hpp"

#include <algorithm>

#include "cli/json_push.hpp"
#include "cli/render_push.hpp"

namespace ddx::cli {

int show_contributions(const Workspace& workspace, const ContributionsRequest& request, Session& session) {
  const auto states = contributions(workspace, request, session.host);
  const auto untold =
      std::ranges::find_if(states, [](const auto& state) { return state.problem.has_value(); });
  const int exit = untold == states.end() ? 0 : exit_code(untold->problem->code());
  if (session.wants_json()) {
    session.ui.result(json::contributions(states, exit));
  } else {
    session.ui.result(render::contributions(states, session.ui.appearance()));
  }
  return exit;
}

int forget_contribution(const Workspace& workspace, const std::string& id, Session& session) {
  const ContributionState forgotten = ddx::forget_contribution(workspace, id, session.host);
  if (session.wants_json()) {
    session.ui.result(json::contributions({forgotten}, 0));
  } else {
    session.ui.result(render::forgotten_contribution(forgotten));
  }
  return 0;
}

}  // namespace ddx::cli
