#include "ddx/push.hpp"

#include <fstream>

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json_push.hpp"
#include "cli/render.hpp"
#include "cli/render_push.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

struct PushOptions {
  PushRequest request;
  bool dry_run = false, signoff = false, offline = false;
  std::string patch;
};

void add_options(CLI::App& command, PushOptions& options) {
  PushRequest& request = options.request;
  command.add_option("PATH", request.paths, "Only these resources")->type_name("PATH");
  auto* dry_run =
      command.add_flag("--dry-run", options.dry_run, "Show what would be sent, and change nothing");
  command.add_option("-m,--message", request.message, "The commit's message")->type_name("MSG");
  command.add_option("--branch", request.branch, "The branch that gets it")->type_name("BRANCH");
  command.add_option("--target", request.target, "The branch that it is meant for")->type_name("BRANCH");
  command.add_flag("--signoff", options.signoff, "Add a Signed-off-by line");
  auto* patch = command
                    .add_option("--patch", options.patch,
                                "Write a mailbox for 'git am' to FILE ('-': print it), and send nothing")
                    ->type_name("FILE");
  patch->excludes(dry_run);
  command.add_flag("--offline", options.offline, "With --patch: build on what was fetched last")->needs(patch);
}

void write_mailbox(const std::string& file, const std::string& mailbox, const Session& session) {
  const auto path = session.host.current_directory / file;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << mailbox;
  if (!out.flush()) throw Error(ErrorCode::io, "cannot write '" + path.string() + "'");
}

int show(const PushReport& report, const PushOptions& options, Session& session) {
  const int exit = report.conflicts.empty() ? 0 : 3;
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
  PushRequest request = options.request;
  request.paths = with_trailing(request.paths, session);
  request.dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  request.as_patch = !options.patch.empty();
  request.network = options.offline ? Network::offline : Network::online;
  if (options.signoff) request.signoff = true;
  if (session.prompt.allowed() && !session.options.yes)
    request.confirm = [&session](const PushReport& plan) {
      session.ui.result(render::push_plan(plan, session.ui.appearance()));
      return session.prompt.yes("Send it?");
    };
  const PushReport report = push(workspace, request, session.host);
  if (report.result == PushResult::patch && options.patch != "-")
    write_mailbox(options.patch, report.mailbox, session);
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
