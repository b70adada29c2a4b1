#include "ddx/status.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "cli/render.hpp"
#include "cli/report_error.hpp"

namespace ddx::cli {

namespace {

struct StatusOptions {
  std::vector<std::string> paths;
  bool offline = false, short_form = false;
};

int run_status(const StatusOptions& options, Session& session) {
  const Workspace workspace = Workspace::find(session.host.current_directory, session.host);
  const Network network = options.offline ? Network::offline : Network::online;
  const StatusReport report =
      status(workspace, {with_trailing(options.paths, session), network}, session.host);
  const int exit = report.upstream_problem ? exit_code(report.upstream_problem->code()) : 0;
  if (session.wants_json()) {
    session.ui.result(json::status(report, exit));
    return exit;
  }
  for (const auto& warning : report.warnings) session.ui.warning(warning);
  if (options.short_form) {
    if (report.upstream_problem) {
      session.ui.warning(std::string("the upstream could not be asked: ") + report.upstream_problem->what());
      Page reasons;
      add_details(reasons, *report.upstream_problem);
      add_hints(reasons, *report.upstream_problem);
      session.ui.error(reasons);
    }
    session.ui.result(render::short_status(report));
  } else {
    session.ui.result(render::status(report, session.ui.appearance()));
  }
  return exit;
}

}  // namespace

void add_status(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<StatusOptions>();
  CLI::App* command =
      app.add_subcommand("status", "Show what differs from the upstream, and how far it is ahead");
  command->add_option("PATH", options->paths, "Only these resources")->type_name("PATH");
  command->add_flag("--offline", options->offline, "Use what was fetched last");
  command->add_flag("--short", options->short_form, "One line for each file that is not in sync");
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return run_status(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
