#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "ddx/resolve.hpp"
#include "ddx/user_tools.hpp"
#include "ddx/workspace.hpp"

namespace ddx::cli {

/// What came of a merge tool.
struct ToolOutcome {
  std::optional<ResolveReport> report;  ///< none: nothing was changed
  std::string why;                      ///< then
};

/// Lets a merge tool work on copies of a conflict's versions. The user's file changes only when the tool has
/// saved something. \throws Error (usage) if the tool cannot be used; Interrupted; whatever `resolve_with`
/// throws
[[nodiscard]] ToolOutcome run_merge_tool(const Workspace& workspace, const ConflictDetail& detail,
                                         const MergeToolSettings& settings, Host& host);

/// Lets a tool work on each conflict that is open; on one that is named alone also when it was decided.
/// \param name  of the tool; empty: the configured one; a word that is no tool is one path more
[[nodiscard]] ResolveReport resolve_with_tool(const Workspace& workspace, const std::string& name,
                                              std::vector<std::string> paths, Host& host);

}  // namespace ddx::cli
