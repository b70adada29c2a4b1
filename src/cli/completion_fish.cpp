#include <fmt/format.h>

#include "cli/completion.hpp"

namespace ddx::cli {

namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char byte : text) {
    if (byte == '\'' || byte == '\\') result += '\\';
    result += byte;
  }
  return result + "'";
}

std::string option_line(const CompletionOption& option, const std::string& condition) {
  std::string line = "complete -c ddx" + condition;
  for (const auto& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.words.empty()) {
    line += " -x -a " + quoted(joined(option.words, " "));
  } else if (option.takes_folder) {
    line += " -x -a '(__fish_complete_directories)'";
  } else if (option.takes_file) {
    line += " -r -F";
  } else if (!option.value.empty()) {
    line += " -x";
  }
  return line + " -d " + quoted(option.description) + "\n";
}

}  // namespace

std::string fish_completion(const CompletionModel& model) {
  std::string script = "# fish completion for ddx\n";
  std::vector<std::string> all;
  for (const auto& command : model.commands)
    all.insert(all.end(), command.names.begin(), command.names.end());
  const std::string none_yet = " -n " + quoted("not __fish_seen_subcommand_from " + joined(all, " "));
  for (const auto& option : model.options) script += option_line(option, "");
  for (const auto& command : model.commands) {
    for (const auto& name : command.names)
      script +=
          fmt::format("complete -c ddx{} -f -a {} -d {}\n", none_yet, name, quoted(command.description));
    const std::string seen = " -n " + quoted("__fish_seen_subcommand_from " + joined(command.names, " "));
    for (const auto& option : command.options) script += option_line(option, seen);
    if (!command.words.empty())
      script += fmt::format("complete -c ddx{} -f -a {}\n", seen, quoted(joined(command.words, " ")));
    else if (!command.takes_files)
      script += fmt::format("complete -c ddx{} -f\n", seen);
  }
  for (const auto& command : model.nested) {
    const std::string& name = command.names.front();
    const std::size_t space = name.find(' ');
    const std::string seen = " -n " + quoted("__fish_seen_subcommand_from " + name.substr(0, space) +
                                             "; and __fish_seen_subcommand_from " + name.substr(space + 1));
    for (const auto& option : command.options) script += option_line(option, seen);
    if (command.takes_files) script += fmt::format("complete -c ddx{} -F\n", seen);
  }
  return script;
}

}  // namespace ddx::cli
