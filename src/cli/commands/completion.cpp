#include "cli/completion.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

const Values<Shell> shells = {
    {"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}, {"powershell", Shell::powershell}};

}  // namespace

void add_completion(CLI::App& app, Choice& choice) {
  const auto shell = std::make_shared<std::optional<Shell>>();
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for a shell");
  CLI::Option* option = add_choice(*command, "SHELL", *shell, shells, "The shell");
  command->callback([&app, option, shell, &choice] {
    choice = {[&app, option, shell](Session& session) {
                if (!*shell)
                  throw Error(ErrorCode::usage,
                              "'completion' needs the name of a shell: " + joined_names(shells),
                              {{Recovery::see_help, "completion"}});
                const std::string script = completion_script(app, **shell);
                session.ui.result(session.wants_json() ? json::completion(option->as<std::string>(), script)
                                                       : script);
                return 0;
              },
              TakesTrailing::no};
  });
}

}  // namespace ddx::cli
