#include "ddx/diff.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "cli/render.hpp"

namespace ddx::cli {

namespace {

struct DiffOptions {
  DiffRequest request;
  bool upstream = false, incoming = false;
  bool stat = false, name_only = false, name_status = false;
  bool exit_code = false;
};

DiffSides sides_of(const DiffOptions& options) {
  if (options.upstream) return DiffSides::here_to_upstream;
  return options.incoming ? DiffSides::base_to_upstream : DiffSides::base_to_here;
}

Page page_of(const DiffReport& report, const DiffOptions& options, const Appearance& look) {
  if (options.stat) return render::diff_stat(report, look);
  if (options.name_only) return render::diff_names(report);
  if (options.name_status) return render::diff_name_status(report);
  return render::diff(report);
}

int run_diff(const DiffOptions& options, Session& session) {
  const Workspace workspace = Workspace::find(session.host.current_directory, session.host);
  DiffRequest request = options.request;
  request.paths = with_trailing(request.paths, session);
  request.sides = sides_of(options);
  const DiffReport report = diff(workspace, request, session.host);
  const int exit = options.exit_code && !report.files.empty() ? 1 : 0;
  if (session.wants_json()) {
    session.ui.result(json::diff(report, exit));
  } else {
    session.ui.result(page_of(report, options, session.ui.appearance()));
  }
  return exit;
}

void exclude_each_other(const std::vector<CLI::Option*>& options) {
  for (auto* one : options) {
    for (auto* other : options) {
      if (one != other) one->excludes(other);
    }
  }
}

}  // namespace

void add_diff(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Show your customizations, or what upstream changed");
  command->add_option("PATH", options->request.paths, "Only these resources")->type_name("PATH");
  exclude_each_other(
      {command->add_flag("--upstream", options->upstream, "From your files to upstream's"),
       command->add_flag("--incoming", options->incoming, "What upstream changed since your last pull")});
  exclude_each_other({command->add_flag("--stat", options->stat, "Changed lines for each file"),
                      command->add_flag("--name-only", options->name_only, "Names only"),
                      command->add_flag("--name-status", options->name_status, "A, M, D or R and the name")});
  command->add_flag("--exit-code", options->exit_code, "Exit with 1 if there are differences");
  command->add_option("-U,--unified", options->request.context_lines, "Lines of context")
      ->type_name("N")
      ->check(number_up_to(1'000'000));
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return run_diff(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
