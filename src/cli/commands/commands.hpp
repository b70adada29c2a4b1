#pragma once

#include <string>

#include "cli/commands/command.hpp"
#include "ddx/pull.hpp"
#include "ddx/rollback.hpp"

namespace CLI {
class App;
}

/// One function a command: it adds the command's grammar, whose parsing sets `choice`.
namespace ddx::cli {

void add_init(CLI::App& app, Choice& choice);
void add_pull(CLI::App& app, Choice& choice);
void add_push(CLI::App& app, Choice& choice);
void add_resolve(CLI::App& app, Choice& choice);
void add_status(CLI::App& app, Choice& choice);
void add_diff(CLI::App& app, Choice& choice);
void add_rollback(CLI::App& app, Choice& choice);
void add_history(CLI::App& app, Choice& choice);
void add_snapshot(CLI::App& app, Choice& choice);
void add_auth(CLI::App& app, Choice& choice);
void add_doctor(CLI::App& app, Choice& choice);
void add_completion(CLI::App& app, Choice& choice);
void add_version(CLI::App& app, Choice& choice);
void add_help(CLI::App& app, Choice& choice);

/// `ddx snapshot export` and `import`, below `snapshot`.
void add_snapshot_bundles(CLI::App& snapshot, Choice& choice);
/// Ends the open pull and prints what it did. \returns the exit code
int end_pull(const Workspace& workspace, const std::vector<SideRule>& sides, Session& session);
/// Gives the open pull up and prints what it did. \returns the exit code
int give_pull_up(const Workspace& workspace, Session& session);
/// Prints what a rollback or a restore did. \returns the exit code
int tell_rollback(const RollbackReport& report, Session& session);

/// `ddx --version`
int show_version(Session& session);
/// `ddx COMMAND --help`; an empty name means the overview.
[[nodiscard]] Command show_help_of(const std::string& command);

}  // namespace ddx::cli
