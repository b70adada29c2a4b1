#include <fmt/format.h>

#include "cli/completion.hpp"

namespace ddx::cli {

namespace {

constexpr const char* body = R"(
  local current="${COMP_WORDS[COMP_CWORD]}" previous="" command="" nested="" i
  if ((COMP_CWORD > 0)); then previous="${COMP_WORDS[COMP_CWORD - 1]}"; fi
  # bash takes '--name=value' for three words
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" ]] && ((COMP_CWORD > 1)); then
    previous="${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${COMP_WORDS[i]}" in
      --) return ;;
)";

constexpr const char* end_of_search = R"(      -* | =) ;;
      *)
        if [[ ${COMP_WORDS[i - 1]} == "=" ]]; then
          :
        elif [[ -z $command ]]; then
          command="${COMP_WORDS[i]}"
        elif [[ -z $nested ]]; then
          nested="${COMP_WORDS[i]}"
        fi
        ;;
    esac
  done
)";

std::string patterns_of_valued(const std::vector<CompletionOption>& options) {
  std::vector<std::string> names;
  for (const auto& option : options) {
    if (!option.value.empty()) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return joined(names, " | ");
}

std::string reply(const std::string& source) {
  return "COMPREPLY=($(compgen " + source + " -- \"$current\"))";
}

std::string value_case(const CompletionOption& option, const std::string& indent) {
  const std::string patterns = joined(option.names, " | ");
  if (!option.words.empty())
    return fmt::format("{}{}) {}; return ;;\n", indent, patterns,
                       reply("-W '" + joined(option.words, " ") + "'"));
  if (option.takes_folder)
    return fmt::format("{}{}) local IFS=$'\\n'; {}; return ;;\n", indent, patterns, reply("-d"));
  return fmt::format("{}{}) return ;;\n", indent, patterns);
}

std::string names_of(const std::vector<CompletionOption>& options) {
  std::vector<std::string> names;
  for (const auto& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
  return joined(names, " ");
}

std::string value_cases(const std::vector<CompletionOption>& options, const std::string& indent) {
  std::string cases;
  for (const auto& option : options) {
    if (!option.value.empty()) cases += value_case(option, indent);
  }
  return cases;
}

std::string command_case(const CompletionCommand& command) {
  std::vector<std::string> patterns;
  for (const auto& name : command.names)
    patterns.push_back(name.find(' ') == name.npos ? name : "'" + name + "'");
  std::string text = fmt::format("    {})\n", joined(patterns, " | "));
  if (const std::string cases = value_cases(command.options, "        "); !cases.empty())
    text += "      case \"$previous\" in\n" + cases + "      esac\n";
  text += fmt::format("      options=\"$options {}\"\n      words=\"{}\"\n      ;;\n",
                      names_of(command.options), joined(command.words, " "));
  return text;
}

}  // namespace

std::string bash_completion(const CompletionModel& model) {
  std::vector<std::string> commands;
  std::string cases;
  for (const auto& command : model.commands) {
    commands.insert(commands.end(), command.names.begin(), command.names.end());
    cases += command_case(command);
  }
  std::vector<std::string> nested;
  for (const auto& command : model.nested) {
    nested.push_back("'" + command.names.front() + "'");
    cases += command_case(command);
  }
  std::string script = "# bash completion for ddx\n_ddx() {";
  script += body;
  script += fmt::format("      {}) ((i++)); if [[ ${{COMP_WORDS[i]}} == \"=\" ]]; then ((i++)); fi ;;\n",
                        patterns_of_valued(model.options));
  script += end_of_search;
  script += "  case \"$previous\" in\n" + value_cases(model.options, "    ") + "  esac\n";
  script += fmt::format("  local options=\"{}\" words=\"\"\n", names_of(model.options));
  if (!nested.empty())
    script += fmt::format("  case \"$command $nested\" in {}) command=\"$command $nested\" ;; esac\n",
                          joined(nested, " | "));
  script += "  case \"$command\" in\n";
  script += fmt::format("    \"\") words=\"{}\" ;;\n", joined(commands, " "));
  script += cases;
  script += "  esac\n";
  script += "  if [[ $current == -* ]]; then\n    " + reply("-W \"$options\"") + "\n";
  script += "  elif [[ -n $words ]]; then\n    " + reply("-W \"$words\"") + "\n  fi\n}\n";
  return script + "complete -o bashdefault -o default -F _ddx ddx\n";
}

}  // namespace ddx::cli
