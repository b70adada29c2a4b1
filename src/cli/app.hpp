#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/commands/command.hpp"
#include "cli/options.hpp"

namespace CLI {
class App;
}

namespace ddx::cli {

/// The command line's grammar, and what parsing it chose. Parsing runs nothing.
class App {
 public:
  App();
  App(const App&) = delete;
  ~App();

  /// \throws Error (usage), with a suggestion for a misspelt command or option
  void parse(const std::vector<std::string>& arguments);

  [[nodiscard]] const GlobalOptions& options() const { return options_; }
  [[nodiscard]] const Command& chosen() const { return choice_.run; }
  /// What stood after `--`.
  [[nodiscard]] const std::vector<std::string>& trailing() const { return trailing_; }
  [[nodiscard]] const CLI::App& grammar() const { return *grammar_; }

 private:
  void choose_without_command();

  GlobalOptions options_;
  Choice choice_;
  std::vector<std::string> trailing_;
  std::unique_ptr<CLI::App> grammar_;
};

/// What a failure of parsing has to know already: `--format` and `--color`.
[[nodiscard]] GlobalOptions options_before_parsing(const std::vector<std::string>& arguments);

}  // namespace ddx::cli
