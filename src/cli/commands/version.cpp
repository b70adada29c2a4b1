#include "cli/build_info.hpp"
#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"

namespace ddx::cli {

int show_version(Session& session) {
  if (session.wants_json()) {
    session.ui.result(json::version(program_version(), library_versions()));
    return 0;
  }
  Page page;
  page.line({"ddx " + program_version()});
  if (session.options.verbose) {
    for (const auto& library : library_versions()) page.line({library});
  }
  session.ui.result(page);
  return 0;
}

void add_version(CLI::App& app, Choice& choice) {
  app.add_subcommand("version", "Show the version; with --verbose the libraries' too")->callback([&choice] {
    choice = {show_version, TakesTrailing::no};
  });
}

}  // namespace ddx::cli
