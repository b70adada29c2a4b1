#include "ddx/doctor.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "cli/render.hpp"
#include "ddx/rollback.hpp"

namespace ddx::cli {

namespace {

struct DoctorOptions {
  DoctorRequest request;
  bool fix = false;
};

int exit_for(Severity worst) {
  switch (worst) {
    case Severity::fine:
    case Severity::note:
      return 0;
    case Severity::problem:
      return 1;
    case Severity::stuck:
      return 9;
    case Severity::damage:
      return 10;
  }
  return 0;
}

int run_doctor(const DoctorOptions& options, Session& session) {
  const Workspace workspace = find_rollback_workspace(session.host.current_directory, session.host);
  DoctorRequest request = options.request;
  request.fix = options.fix ? Fix::yes : Fix::no;
  const DoctorReport report = doctor(workspace, request, session.host);
  const int exit = exit_for(report.worst());
  if (session.wants_json()) {
    session.ui.result(json::doctor(report, exit));
  } else {
    session.ui.result(render::doctor(report));
  }
  return exit;
}

}  // namespace

void add_doctor(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<DoctorOptions>();
  CLI::App* command = app.add_subcommand("doctor", "Look at the state that ddx keeps, and mend it");
  command->add_flag("--fix", options->fix, "Mend what can be mended safely");
  auto* adopt = command->add_option("--adopt", options->request.adopt,
                                    "End here an operation that was interrupted in another place");
  adopt->type_name("ID");
  command
      ->add_option("--set-aside", options->request.set_aside,
                   "Leave the files as such an operation left them, and forget it")
      ->type_name("ID")
      ->excludes(adopt);
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return run_doctor(*options, session); }, TakesTrailing::no};
  });
}

}  // namespace ddx::cli
