#include "cli/help.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "cli/usage.hpp"

namespace ddx::cli {

Command show_help_of(const std::string& command) {
  return [command](Session& session) {
    const Page page = help_page(command);
    if (session.wants_json()) {
      session.ui.result(json::help(command, page.text(Colors::no)));
    } else {
      session.ui.result(page);
    }
    return 0;
  };
}

namespace {

int run_help(const CLI::App& app, const std::string& name, Session& session) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->check_name(name)) return show_help_of(command->get_name())(session);
  }
  throw unknown_command(app, name);
}

}  // namespace

void add_help(CLI::App& app, Choice& choice) {
  const auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("help", "Show the help page of a command");
  command->add_option("COMMAND", *name, "The command")->type_name("COMMAND");
  command->callback([&app, name, &choice] {
    choice = {[&app, name](Session& session) {
                return name->empty() ? show_help_of("")(session) : run_help(app, *name, session);
              },
              TakesTrailing::no};
  });
}

}  // namespace ddx::cli
