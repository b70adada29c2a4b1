#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "cli/ui.hpp"
#include "platform/console.hpp"

namespace ddx::cli {

enum class Asking { allowed, forbidden };

/// Whether somebody is there to be asked: a terminal for question and answer, no `--no-input`, no CI.
[[nodiscard]] Asking decide_asking(const GlobalOptions& options, const Environment& environment,
                                   const Console& console);

/// Questions to the user. Every function but `allowed` requires that asking is allowed.
/// \throws Interrupted on Ctrl-C; Error (confirmation_needed) when the input ends
class Prompt {
 public:
  Prompt(Ui& ui, Console& console, Asking asking, const std::atomic<bool>& interrupted)
      : ui_(ui), console_(console), asking_(asking), interrupted_(interrupted) {}

  [[nodiscard]] bool allowed() const { return asking_ == Asking::allowed; }

  /// An empty answer means yes.
  bool yes(const std::string& question);
  /// An empty answer means `proposal`.
  std::string line(const std::string& question, const std::string& proposal);
  /// \returns the index of the option, which the user names by its number or its first letters; empty means
  /// the first
  std::size_t choice(const std::string& question, const std::vector<std::string>& options);
  /// A line that is not shown while it is typed.
  Secret secret(const std::string& question);
  /// One key, as `Console::read_key` gives it.
  std::string key(const std::string& question);

 private:
  std::string answer(const std::string& question);

  Ui& ui_;
  Console& console_;
  Asking asking_;
  const std::atomic<bool>& interrupted_;
};

}  // namespace ddx::cli
