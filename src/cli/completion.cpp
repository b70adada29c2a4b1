#include "cli/completion.hpp"

#include <CLI/CLI.hpp>

namespace ddx::cli {

namespace {

std::vector<std::string> fixed_words(const std::string& type) {
  if (type.find('|') == std::string::npos) return {};
  return CLI::detail::split(type, '|');
}

CompletionOption option_of(const CLI::Option& option) {
  CompletionOption result;
  for (const auto& name : option.get_snames()) result.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) result.names.push_back("--" + name);
  result.description = option.get_description();
  if (option.get_items_expected_max() == 0) return result;
  result.value = option.get_type_name();
  result.words = fixed_words(result.value);
  result.takes_folder = result.value == "DIR";
  result.takes_file = result.value == "FILE" || result.value == "PATH";
  return result;
}

CompletionCommand command_of(const CLI::App& command, const std::vector<std::string>& all_commands) {
  CompletionCommand result;
  result.names = {command.get_name()};
  result.names.insert(result.names.end(), command.get_aliases().begin(), command.get_aliases().end());
  result.description = command.get_description();
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) {
      result.options.push_back(option_of(*option));
      continue;
    }
    result.words = option->get_type_name() == "COMMAND" ? all_commands : fixed_words(option->get_type_name());
    result.takes_files = option->get_type_name() == "PATH" || option->get_type_name() == "URL";
  }
  return result;
}

CompletionModel model_of(const CLI::App& grammar) {
  CompletionModel model;
  for (const CLI::Option* option : grammar.get_options()) model.options.push_back(option_of(*option));
  const auto commands = grammar.get_subcommands([](const CLI::App*) { return true; });
  std::vector<std::string> names;
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  for (const CLI::App* command : commands) {
    model.commands.push_back(command_of(*command, names));
    for (const CLI::App* inner : command->get_subcommands([](const CLI::App*) { return true; })) {
      model.commands.back().words.push_back(inner->get_name());
      model.nested.push_back(command_of(*inner, names));
      model.nested.back().names = {command->get_name() + " " + inner->get_name()};
    }
  }
  return model;
}

}  // namespace

std::string joined(const std::vector<std::string>& words, const char* separator) {
  return CLI::detail::join(words, separator);
}

std::string completion_script(const CLI::App& grammar, Shell shell) {
  const CompletionModel model = model_of(grammar);
  switch (shell) {
    case Shell::bash:
      return bash_completion(model);
    case Shell::zsh:
      return zsh_completion(model);
    case Shell::fish:
      return fish_completion(model);
    case Shell::powershell:
      return powershell_completion(model);
  }
  return {};
}

}  // namespace ddx::cli
