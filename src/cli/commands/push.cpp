#include "ddx/push.hpp"

#include "cli/chooser/chooser.hpp"
#include "cli/commands/commands.hpp"
#include "cli/contributions.hpp"
#include "cli/grammar.hpp"
#include "cli/json_push.hpp"
#include "cli/render.hpp"
#include "cli/render_push.hpp"
#include "cli/text_files.hpp"
#include "cli/wording.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

struct PushOptions {
  PushRequest request;
  bool dry_run = false, signoff = false, offline = false, no_request = false, wants_status = false;
  bool interactive = false;
  std::string patch, body_file, id, forget;
};

/// What refuses nothing that the checks found is no failure of the command.
int exit_for(const PushReport& report) {
  if (report.result == PushResult::conflicts) return 3;
  return report.result == PushResult::checks_failed ? 6 : 0;
}

void add_request_options(CLI::App& command, PushOptions& options) {
  using Fork = Contribute::Fork;
  PushRequest& request = options.request;
  command.add_option("--title", request.title, "The pull request's title")->type_name("TEXT");
  command.add_option("--body-file", options.body_file, "Take the pull request's text from FILE ('-': stdin)")
      ->type_name("FILE");
  command.add_flag("--draft", request.draft, "Open the pull request as a draft");
  add_choice(command, "--fork", request.fork,
             Values<Fork>{{"auto", Fork::automatic}, {"always", Fork::always}, {"never", Fork::never}},
             "Send it by a fork of yours");
  command.add_flag("--no-request,--no-pr", options.no_request, "Push the branch alone");
}

void add_options(CLI::App& command, PushOptions& options) {
  PushRequest& request = options.request;
  command.add_option("PATH", request.paths, "Only these resources")->type_name("PATH");
  auto* dry_run = command.add_flag("--dry-run", options.dry_run, "Show what would be sent, and send nothing");
  command.add_option("-m,--message", request.message, "The commit's message")->type_name("MSG");
  command.add_option("--branch", request.branch, "The branch that gets it")->type_name("BRANCH");
  command.add_option("--target", request.target, "The branch that it is meant for")->type_name("BRANCH");
  command.add_flag("--signoff", options.signoff, "Add a Signed-off-by line");
  auto* interactive =
      command.add_flag("-i,--interactive", options.interactive, "Choose file by file and hunk by hunk");
  command
      .add_flag("--keep-history", request.keep_history,
                "Keep the project's own commits, not one for everything")
      ->excludes(interactive);
  add_request_options(command, options);
  add_repeatable(command, "--allow", request.allow, "Let a finding of the checks pass")
      ->type_name("RULE:PATH");
  auto* patch = command
                    .add_option("--patch", options.patch,
                                "Write a mailbox for 'git am' to FILE ('-': stdout), and send nothing")
                    ->type_name("FILE");
  patch->excludes(dry_run);
  command.add_flag("--offline", options.offline, "Ask nobody: with --patch or --status");
  command
      .add_option_function<std::string>(
          "--status",
          [&options](const std::string& id) {
            options.wants_status = true;
            options.id = id;
          },
          "Show what became of contributions")
      ->expected(0, 1)
      ->trigger_on_parse()
      ->type_name("ID")
      ->excludes(patch)
      ->excludes(dry_run);
  command.add_option("--forget", options.forget, "Take a contribution for over")->type_name("ID");
}

int show(const PushReport& report, const PushOptions& options, Session& session) {
  const int exit = exit_for(report);
  if (session.wants_json()) {
    session.ui.result(json::push(report, exit));
    return exit;
  }
  for (const auto& warning : report.warnings) session.ui.warning(warning);
  if (report.result == PushResult::patch && options.patch == "-") {
    session.ui.result(report.mailbox);
  } else {
    session.ui.result(render::push(report, session.ui.appearance()));
  }
  return exit;
}

int run_push(const PushOptions& options, Session& session) {
  const Workspace workspace = Workspace::find(session.host.current_directory, session.host);
  const auto network = options.offline ? Network::offline : Network::online;
  if (options.wants_status) return show_contributions(workspace, {options.id, network}, session);
  if (!options.forget.empty()) return forget_contribution(workspace, options.forget, session);
  PushRequest request = options.request;
  request.paths = with_trailing(request.paths, session);
  request.dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  request.as_patch = !options.patch.empty();
  request.open_request = !options.no_request;
  request.network = network;
  if (options.offline && !request.as_patch)
    throw Error(ErrorCode::usage, "'--offline' needs '--patch' or '--status'",
                {{Recovery::see_help, "push"}});
  if (options.signoff) request.signoff = true;
  if (request.as_patch && options.patch != "-")
    require_mailbox_or_free(options.patch, "ddx push --patch - " + shell_word(options.patch), session.host);
  if (!options.body_file.empty()) request.body = read_text(options.body_file, session.host);
  if (options.interactive) request.choose = chooser::on_terminal(session);
  if (session.prompt.allowed() && !session.options.yes)
    request.confirm = [&session](const PushReport& plan) {
      session.ui.result(render::push_plan(plan, session.ui.appearance()));
      return session.prompt.yes("Send it?");
    };
  const PushReport report = push(workspace, request, session.host);
  if (report.result == PushResult::patch && options.patch != "-")
    write_text(options.patch, report.mailbox, session.host);
  return show(report, options, session);
}

}  // namespace

void add_push(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<PushOptions>();
  CLI::App* command =
      app.add_subcommand("push", "Contribute customizations to the upstream")->alias("contribute");
  add_options(*command, *options);
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return run_push(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
