#include "ddx/rollback.hpp"

#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "cli/render.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

constexpr int most_steps = 10'000;

struct RollbackOptions {
  RollbackRequest request;
  bool list = false, dry_run = false, commit = false;
};

int list_all(const Workspace& workspace, Session& session) {
  const auto operations = list_operations(workspace, session.host);
  const bool whole = std::all_of(operations.begin(), operations.end(),
                                 [](const OperationSummary& operation) { return operation.damage.empty(); });
  const int exit = whole ? 0 : exit_code(ErrorCode::state_damaged);
  if (session.wants_json()) {
    session.ui.result(json::operations(operations, exit));
  } else {
    session.ui.result(render::operations(operations, session.ui.appearance()));
  }
  return exit;
}

int run_rollback(const RollbackOptions& options, Session& session) {
  const Workspace workspace = find_rollback_workspace(session.host.current_directory, session.host);
  if (options.list) return list_all(workspace, session);
  RollbackRequest request = options.request;
  request.paths = session.trailing;
  if (options.commit) request.commit = true;
  request.assume_yes = session.options.yes;
  request.dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  return tell_rollback(rollback(workspace, request, session.host), session);
}

}  // namespace

int tell_rollback(const RollbackReport& report, Session& session) {
  int exit = report.conflicts.empty() ? 0 : exit_code(ErrorCode::unresolved);
  if (!report.differing.empty()) exit = exit_code(ErrorCode::snapshot_damaged);
  if (session.wants_json()) {
    session.ui.result(json::rollback(report, exit));
    return exit;
  }
  for (const auto& warning : report.warnings) session.ui.warning(warning);
  session.ui.result(render::rollback(report, session.ui.appearance()));
  return exit;
}

void add_rollback(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<RollbackOptions>();
  CLI::App* command = app.add_subcommand("rollback", "Undo the last operation, or restore a recorded state");
  auto* target = command->add_option("TARGET", options->request.to, "A snapshot, operation, date or version")
                     ->type_name("TARGET");
  auto* to = command->add_option("--to", options->request.to, "The same as TARGET")->type_name("TARGET");
  auto* list = command->add_flag("--list", options->list, "Show the operations of the past");
  to->excludes(target);
  list->excludes(target)->excludes(to);
  command->add_option("--steps", options->request.steps, "How many operations to undo, as one")
      ->type_name("N")
      ->check(number_up_to(most_steps))
      ->excludes(target)
      ->excludes(to);
  command->add_flag("--dry-run,--preview", options->dry_run, "Show what would be done, and change nothing");
  command->add_flag("--commit", options->commit, "Commit the result");
  command->add_option("-m,--message", options->request.message, "The commit's message")->type_name("MSG");
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return run_rollback(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
