#pragma once

#include <optional>
#include <string>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

/// What the user's git settings say about a merge tool.
struct MergeToolSettings {
  std::string name;                     ///< asked for, or `merge.tool`; empty: none is configured
  std::optional<std::string> command;   ///< `mergetool.<name>.cmd`
  std::optional<std::string> program;   ///< `mergetool.<name>.path`
  std::optional<bool> trust_exit_code;  ///< `mergetool.<name>.trustExitCode`
};

/// \param name  empty: the configured one
[[nodiscard]] MergeToolSettings merge_tool_settings(const Workspace& workspace, const std::string& name,
                                                    Host& host);

/// The editor's command line, in git's order: GIT_EDITOR, `core.editor`, VISUAL (not on a dumb terminal),
/// EDITOR, `vi`.
[[nodiscard]] std::string editor_command(const Workspace& workspace, Host& host);

}  // namespace ddx
