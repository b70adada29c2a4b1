#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ddx {

/// A program that has our terminal to itself while it runs: an editor, a merge tool.
struct TerminalProgram {
  std::filesystem::path program;  ///< absolute; see `find_program`
  std::vector<std::string> arguments;
  std::map<std::string, std::string> variables;  ///< in addition to our environment, without its tokens
  std::filesystem::path folder;                  ///< where it runs; empty: where we do
};

/// Runs it with our standard streams, in our process group. Ctrl-C is its own affair meanwhile; SIGTERM and
/// SIGHUP end it. \returns its exit status, 128+N for a signal
/// \throws std::system_error if it cannot be started; Interrupted
int run_on_terminal(const TerminalProgram& program, const std::atomic<bool>& interrupted);

}  // namespace ddx
