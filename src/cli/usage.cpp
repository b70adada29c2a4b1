#include "cli/usage.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace ddx::cli {

namespace {

/// The grammar, and the commands that were typed so far, outermost first.
std::vector<const CLI::App*> active_commands(const CLI::App& grammar) {
  std::vector<const CLI::App*> active{&grammar};
  for (auto parsed = grammar.get_subcommands(); !parsed.empty(); parsed = parsed.front()->get_subcommands())
    active.push_back(parsed.front());
  return active;
}

/// `snapshot create`; empty without a command.
std::string active_name(const CLI::App& grammar) {
  std::string name;
  for (const CLI::App* app : active_commands(grammar)) {
    if (app != &grammar) name += (name.empty() ? "" : " ") + app->get_name();
  }
  return name;
}

NextStep see_help(const CLI::App& grammar) {
  const std::string name = active_name(grammar);
  return {Recovery::see_help, name.substr(0, name.find(' '))};
}

std::vector<std::string> option_names(const CLI::App& grammar) {
  std::vector<std::string> names;
  for (const CLI::App* app : active_commands(grammar)) {
    for (const CLI::Option* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<NextStep> steps_with_suggestion(const CLI::App& grammar, const std::string& suggestion) {
  if (suggestion.empty()) return {see_help(grammar)};
  return {{Recovery::did_you_mean, suggestion}, see_help(grammar)};
}

Error unexpected(const CLI::App& grammar, const std::string& word) {
  const CLI::App& command = *active_commands(grammar).back();
  const std::string name_of_command = active_name(grammar);
  if (word.starts_with('-') && word.size() > 1) {
    const std::string name = word.substr(0, word.find('='));
    const std::string suggestion = name.starts_with("--") ? closest(name, option_names(grammar)) : "";
    const std::string where = &command == &grammar ? "" : fmt::format(" for '{}'", name_of_command);
    return Error(ErrorCode::usage, fmt::format("unknown option '{}'{}", name, where),
                 steps_with_suggestion(grammar, suggestion));
  }
  if (&command == &grammar) return unknown_command(grammar, word);
  std::vector<std::string> nested;
  for (const CLI::App* inner : command.get_subcommands([](const CLI::App*) { return true; }))
    nested.push_back(inner->get_name());
  std::string suggestion = closest(word, nested);
  if (!suggestion.empty()) suggestion = name_of_command + " " + suggestion;
  return Error(ErrorCode::usage, fmt::format("'{}' does not expect '{}'", name_of_command, word),
               steps_with_suggestion(grammar, suggestion));
}

/// `--to: 1 required TEXT missing` → `--to`
std::string name_in(const std::string& message) { return message.substr(0, message.find(':')); }

}  // namespace

Error unknown_command(const CLI::App& grammar, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : grammar.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
    for (const auto& alias : command->get_aliases()) names.push_back(alias);
  }
  const std::string suggestion = closest(word, names);
  std::vector<NextStep> steps{{Recovery::see_help}};
  if (!suggestion.empty()) steps.insert(steps.begin(), {Recovery::did_you_mean, suggestion});
  return Error(ErrorCode::usage, fmt::format("'{}' is not a ddx command", word), steps);
}

Error usage_error(const CLI::App& grammar, const CLI::ParseError& failure) {
  const std::string message = failure.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&failure) != nullptr) {
    const auto words = grammar.remaining(true);
    if (!words.empty()) return unexpected(grammar, words.front());
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&failure) != nullptr)
    return Error(ErrorCode::usage, fmt::format("option '{}' needs a value", name_in(message)),
                 {see_help(grammar)});
  if (dynamic_cast<const CLI::ExcludesError*>(&failure) != nullptr) {
    const auto between = message.find(" excludes ");
    if (between != std::string::npos)
      return Error(ErrorCode::usage,
                   fmt::format("'{}' and '{}' exclude each other", message.substr(0, between),
                               message.substr(between + 10)),
                   {see_help(grammar)});
  }
  const std::string name = name_in(message);
  const bool names_option = name.starts_with('-') && name.size() < message.size();
  return Error(ErrorCode::usage,
               names_option ? fmt::format("option '{}'{}", name, message.substr(name.size())) : message,
               {see_help(grammar)});
}

}  // namespace ddx::cli
