#include "ddx/resolve.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json_resolve.hpp"
#include "cli/merge_tool_run.hpp"
#include "cli/render_resolve.hpp"
#include "cli/resolver/resolver.hpp"

namespace ddx::cli {

namespace {

struct ResolveOptions {
  std::vector<std::string> paths;
  std::string tool;
  bool list = false, show = false;
  std::optional<Resolution> resolution;
  bool with_tool = false;
};

void add_options(CLI::App& command, ResolveOptions& options) {
  command.add_option("PATH", options.paths, "Only these files, or those in these folders")->type_name("PATH");
  std::vector<CLI::Option*> actions{
      command.add_flag("--list", options.list, "List the conflicts"),
      command.add_flag("--show", options.show, "Show the sides of each conflict")};
  const auto decide = [&](const std::string& names, Resolution resolution, const std::string& description) {
    actions.push_back(command.add_flag_callback(
        names, [&options, resolution] { options.resolution = resolution; }, description));
  };
  decide("--mine,--ours", Resolution::mine, "Take your side");
  decide("--theirs", Resolution::theirs, "Take upstream's side");
  decide("--base", Resolution::base, "Take what both sides began with");
  decide("--union", Resolution::union_of_both, "Take the lines of both sides");
  decide("--remembered", Resolution::remembered, "Take what the same conflict was resolved to before");
  decide("--edited", Resolution::edited, "What is there now is the decision");
  actions.push_back(command.add_option("--tool", options.tool, "Let a merge tool work on them")
                        ->type_name("NAME")
                        ->expected(0, 1));
  for (CLI::Option* action : actions) {
    for (CLI::Option* other : actions)
      if (action != other) action->excludes(other);
  }
}

int show_list(const PendingConflicts& pending, Session& session) {
  const int exit = std::any_of(pending.conflicts.begin(), pending.conflicts.end(),
                               [](const PendingConflict& conflict) { return conflict.decided.empty(); })
                       ? 3
                       : 0;
  if (session.wants_json()) {
    session.ui.result(json::conflicts(pending, exit));
  } else {
    session.ui.result(render::conflicts(pending, session.ui.appearance()));
  }
  return exit;
}

int show_sides(const Workspace& workspace, const PendingConflicts& pending, Session& session) {
  std::vector<RelPath> paths;
  int exit = 0;
  for (const PendingConflict& conflict : pending.conflicts) {
    if (conflict.decided.empty()) exit = 3;
    paths.push_back(conflict.conflict.path);
  }
  const std::vector<ConflictDetail> details = conflict_details(workspace, paths, session.host);
  if (session.wants_json()) {
    session.ui.result(json::conflict_details(details, exit));
    return exit;
  }
  Page page;
  for (const ConflictDetail& detail : details) {
    if (!page.empty()) page.line();
    page.append(render::conflict(detail, session.ui.appearance()));
  }
  session.ui.result(page);
  return exit;
}

int tell(const Workspace& workspace, const ResolveReport& report, Session& session) {
  const int exit = report.undecided.empty() ? 0 : 3;
  if (session.wants_json()) {
    session.ui.result(json::resolved(report, exit));
    return exit;
  }
  session.ui.result(render::resolved(report, session.ui.appearance()));
  if (report.open > 0 || !session.prompt.allowed() || !session.prompt.yes("End the pull now?")) return exit;
  return end_pull(workspace, {}, session);
}

int run_resolve(const ResolveOptions& given, Session& session) {
  const Workspace workspace = Workspace::find(session.host.current_directory, session.host);
  ResolveOptions options = given;
  options.paths = with_trailing(options.paths, session);
  if (options.with_tool) {
    return tell(workspace, resolve_with_tool(workspace, options.tool, options.paths, session.host), session);
  }
  if (options.resolution)
    return tell(workspace, resolve(workspace, {options.paths, *options.resolution}, session.host), session);
  const PendingConflicts pending = pending_conflicts(workspace, options.paths, session.host);
  if (options.show) return show_sides(workspace, pending, session);
  if (options.list || !session.prompt.allowed()) return show_list(pending, session);
  return resolver::decide_one_by_one(workspace, pending, session);
}

}  // namespace

void add_resolve(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<ResolveOptions>();
  CLI::App* command = app.add_subcommand("resolve", "Decide the conflicts of an open pull");
  add_options(*command, *options);
  command->callback([command, options, &choice] {
    options->with_tool = command->count("--tool") > 0;
    choice = {[options](Session& session) { return run_resolve(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
