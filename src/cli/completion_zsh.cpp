#include <fmt/format.h>

#include "cli/completion.hpp"

namespace ddx::cli {

namespace {

/// For the inside of '…', in a place where brackets and colons mean something.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char byte : text) {
    if (byte == '\'') {
      result += "'\\''";
      continue;
    }
    if (byte == '[' || byte == ']' || byte == ':' || byte == '\\') result += '\\';
    result += byte;
  }
  return result;
}

std::string action(const CompletionOption& option) {
  if (!option.words.empty()) return "(" + joined(option.words, " ") + ")";
  if (option.takes_folder) return "_files -/";
  if (option.takes_file) return "_files";
  return " ";
}

std::string argument(const CompletionOption& option, const std::string& name) {
  const bool is_long = name.starts_with("--");
  std::string text = "'*" + name;
  if (!option.value.empty()) text += is_long ? "=" : "+";
  text += "[" + escaped(option.description) + "]";
  if (!option.value.empty())
    text += ":" + escaped(option.words.empty() ? option.value : "value") + ":" + action(option);
  return text + "'";
}

std::string arguments(const std::vector<CompletionOption>& options, const std::string& indent) {
  std::string text;
  for (const auto& option : options) {
    for (const auto& name : option.names) text += indent + argument(option, name) + " \\\n";
  }
  return text;
}

std::string rest(const CompletionCommand& command) {
  if (!command.words.empty()) return "'*:word:(" + joined(command.words, " ") + ")'";
  return command.takes_files ? "'*:file:_files'" : "'*: : '";
}

std::string arguments_of(const CompletionCommand& command, const std::string& indent) {
  return indent + "_arguments \"${global_options[@]}\" \\\n" + arguments(command.options, indent + "  ") +
         indent + "  " + rest(command) + "\n";
}

/// The commands below `command`; empty if there are none.
std::string nested_cases(const CompletionModel& model, const CompletionCommand& command) {
  std::string cases;
  const std::string stem = command.names.front() + " ";
  for (const auto& inner : model.nested) {
    const std::string& name = inner.names.front();
    if (!name.starts_with(stem)) continue;
    cases += fmt::format("              {})\n", name.substr(stem.size()));
    cases += arguments_of(inner, "                ") + "                ;;\n";
  }
  if (cases.empty()) return {};
  return "          if (( CURRENT > 2 )); then\n            shift words; (( CURRENT-- ))\n            case "
         "$words[1] in\n" +
         cases + "            esac\n            return\n          fi\n";
}

}  // namespace

std::string zsh_completion(const CompletionModel& model) {
  std::string script =
      "#compdef ddx\n\n_ddx() {\n  local curcontext=\"$curcontext\" state line\n  typeset -A opt_args\n";
  script += "  local -a global_options commands\n  global_options=( \\\n" + arguments(model.options, "    ") +
            "  )\n  commands=( \\\n";
  for (const auto& command : model.commands) {
    for (const auto& name : command.names)
      script += fmt::format("    '{}:{}' \\\n", name, escaped(command.description));
  }
  script += "  )\n  _arguments -C \"${global_options[@]}\" '1: :->command' '*:: :->arguments' && return\n";
  script +=
      "  case $state in\n    command) _describe -t commands 'ddx command' commands ;;\n    arguments)\n      "
      "case $words[1] in\n";
  for (const auto& command : model.commands) {
    script += fmt::format("        {})\n", joined(command.names, "|"));
    script += nested_cases(model, command) + arguments_of(command, "          ") + "          ;;\n";
  }
  script += "      esac\n      ;;\n  esac\n}\n\n";
  return script + "if [ \"$funcstack[1]\" = \"_ddx\" ]; then\n  _ddx \"$@\"\nelse\n  compdef _ddx ddx\nfi\n";
}

}  // namespace ddx::cli
