#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ddx::cli {

enum class Shell { bash, zsh, fish, powershell };

/// A script that completes commands, options, the words an option takes, and file names, made from the
/// grammar itself.
[[nodiscard]] std::string completion_script(const CLI::App& grammar, Shell shell);

/// The grammar as the four writers see it.
struct CompletionOption {
  std::vector<std::string> names;  ///< `-m`, `--message`
  std::string description;
  std::string value;               ///< its type name; empty for a flag
  std::vector<std::string> words;  ///< the words that `value` may be, if they are fixed
  bool takes_folder = false;
  bool takes_file = false;
};

struct CompletionCommand {
  std::vector<std::string> names;  ///< with aliases
  std::string description;
  std::vector<CompletionOption> options;
  std::vector<std::string> words;  ///< what its argument may be, if that is fixed
  bool takes_files = false;
};

struct CompletionModel {
  std::vector<CompletionOption> options;
  std::vector<CompletionCommand> commands;
  std::vector<CompletionCommand> nested;  ///< those of commands that have some: `snapshot create`
};

[[nodiscard]] std::string bash_completion(const CompletionModel& model);
[[nodiscard]] std::string zsh_completion(const CompletionModel& model);
[[nodiscard]] std::string fish_completion(const CompletionModel& model);
[[nodiscard]] std::string powershell_completion(const CompletionModel& model);

[[nodiscard]] std::string joined(const std::vector<std::string>& words, const char* separator);

}  // namespace ddx::cli
