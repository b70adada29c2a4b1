#include "ddx/pull.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "cli/render.hpp"
#include "cli/resolver/resolver.hpp"
#include "cli/side_rules.hpp"
#include "cli/wording.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

struct PullOptions {
  PullRequest request;
  bool dry_run = false, commit = false, no_commit = false, offline = false;
  bool go_on = false, abort = false, interactive = false;
};

void add_options(CLI::App& command, PullOptions& options) {
  PullRequest& request = options.request;
  command.add_option("PATH", request.paths, "Only these resources")->type_name("PATH");
  command.add_flag("--dry-run,--preview", options.dry_run, "Show what would be done, and change nothing");
  command.add_option("--to", request.to, "A branch, tag or commit instead of the configured one")
      ->type_name("REF");
  command.add_flag("--whole-file", request.whole_file,
                   "A side is taken for the whole file, not for its conflicts");
  auto* commit = command.add_flag("--commit", options.commit, "Commit the result");
  commit->excludes(
      command.add_flag("--no-commit", options.no_commit, "Do not commit, whatever is configured"));
  command.add_option("-m,--message", request.message, "The commit's message")->type_name("MSG");
  command.add_flag("--offline", options.offline, "Use what was fetched last");
  command.add_flag("--accept-rewritten", request.accept_rewritten,
                   "Go on although upstream's history was rewritten");
  command.add_flag("--interactive", options.interactive, "Decide conflicts one by one, on the terminal");
  const auto of_a_new_pull = command.get_options();
  add_side_options(command);
  auto* go_on =
      command.add_flag("--continue", options.go_on, "End an open pull, its conflicts being resolved");
  auto* abort = command.add_flag("--abort", options.abort, "Go back to the state before the open pull");
  go_on->excludes(abort);
  for (CLI::Option* option : of_a_new_pull) {
    go_on->excludes(option);
    abort->excludes(option);
  }
}

std::optional<bool> commit_choice(const PullOptions& options) {
  if (options.commit) return true;
  if (options.no_commit) return false;
  return std::nullopt;
}

int show(const PullReport& report, const Page& page, Session& session) {
  const int exit = report.conflicts.empty() && !report.needs_confirmation ? 0 : 3;
  if (session.wants_json()) {
    session.ui.result(json::pull(report, exit));
    return exit;
  }
  for (const auto& warning : report.warnings) session.ui.warning(warning);
  session.ui.result(page);
  return exit;
}

int show(const AbortReport& report, Session& session) {
  if (session.wants_json()) {
    session.ui.result(json::abort(report));
  } else {
    for (const std::string& warning : render::abort_warnings(report)) session.ui.warning(warning);
    session.ui.result(render::abort(report, session.ui.appearance()));
  }
  return 0;
}

void tell_remembered(const Workspace& workspace, Session& session) {
  for (const PendingConflict& conflict : pending_conflicts(workspace, {}, session.host).conflicts) {
    if (!conflict.remembered) continue;
    const std::string path = conflict.conflict.path.str();
    session.ui.note("'" + path + "' was resolved before: ddx resolve --remembered " + path_argument(path));
  }
}

/// Asks for what the engine does not do unasked, where somebody can be asked.
PullReport pull_with_confirmation(const Workspace& workspace, PullRequest request, Session& session) {
  try {
    return pull(workspace, request, session.host);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::confirmation_needed || !session.prompt.allowed()) throw;
    session.ui.warning(error.what());
    if (!session.prompt.yes("Do it all the same?")) throw;
  }
  request.assume_yes = true;
  return pull(workspace, request, session.host);
}

int run_pull(const PullOptions& options, Session& session) {
  const Workspace workspace = Workspace::find(session.host.current_directory, session.host);
  if (options.abort) return give_pull_up(workspace, session);
  if (options.go_on) return end_pull(workspace, options.request.sides, session);
  PullRequest request = options.request;
  request.paths = with_trailing(request.paths, session);
  request.commit = commit_choice(options);
  request.dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  request.network = options.offline ? Network::offline : Network::online;
  request.assume_yes = session.options.yes;
  const PullReport report = pull_with_confirmation(workspace, request, session);
  const int exit = show(report, render::pull(report, session.ui.appearance()), session);
  if (report.result == PullResult::conflicts) tell_remembered(workspace, session);
  if (!options.interactive || report.result != PullResult::conflicts || !session.prompt.allowed())
    return exit;
  return resolver::decide_one_by_one(workspace, pending_conflicts(workspace, {}, session.host), session);
}

}  // namespace

int end_pull(const Workspace& workspace, const std::vector<SideRule>& sides, Session& session) {
  const PullReport report = continue_pull(workspace, {sides}, session.host);
  return show(report, render::continued(report, session.ui.appearance()), session);
}

int give_pull_up(const Workspace& workspace, Session& session) {
  return show(abort_pull(workspace, session.host), session);
}

void add_pull(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<PullOptions>();
  CLI::App* command = app.add_subcommand("pull", "Bring the upstream's changes in")->alias("update");
  add_options(*command, *options);
  command->callback([command, options, &choice] {
    options->request.sides = side_rules(*command);
    choice = {[options](Session& session) { return run_pull(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
