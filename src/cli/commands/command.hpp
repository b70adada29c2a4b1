#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/prompt.hpp"
#include "cli/ui.hpp"
#include "ddx/host.hpp"

namespace ddx::cli {

/// Everything a command works with.
struct Session {
  const GlobalOptions& options;
  Host& host;
  Ui& ui;
  Prompt& prompt;
  const std::vector<std::string>& trailing;  ///< what stood after `--`
  Console& console;                          ///< for input that is no answer to a question

  [[nodiscard]] bool wants_json() const { return options.format == Format::json; }
};

/// The result, as it was asked for. \returns `exit`
inline int show(Session& session, const std::string& json, const Page& page, int exit = 0) {
  if (session.wants_json()) {
    session.ui.result(json);
  } else {
    session.ui.result(page);
  }
  return exit;
}

/// Runs what parsing chose. \returns the exit code
using Command = std::function<int(Session&)>;

enum class TakesTrailing { no, yes };

struct Choice {
  Command run;
  TakesTrailing trailing = TakesTrailing::no;
};

/// `paths` and what stood after `--`.
[[nodiscard]] inline std::vector<std::string> with_trailing(std::vector<std::string> paths,
                                                            const Session& session) {
  paths.insert(paths.end(), session.trailing.begin(), session.trailing.end());
  return paths;
}

}  // namespace ddx::cli
