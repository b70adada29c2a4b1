#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ddx/user_tools.hpp"
#include "platform/terminal_program.hpp"

namespace ddx::cli {

/// The files that a merge tool works on. `base` is empty where both sides added the file.
struct MergeFiles {
  std::filesystem::path base, local, remote, merged;
  bool has_base = true;
};

/// How a merge tool is started, and whether its exit status says that it failed.
struct MergeTool {
  TerminalProgram program;
  bool exit_code_counts = true;
};

/// Whether the name is configured, or one that ddx knows as git does.
[[nodiscard]] bool is_merge_tool(const MergeToolSettings& settings);

/// The tool's command line, in the order of arguments that git's own scripts use.
/// \param search_path  the value of PATH
/// \throws Error (usage) if nobody knows the tool, its program is not there, or it cannot do without a base
[[nodiscard]] MergeTool prepare_merge_tool(const MergeToolSettings& settings, const MergeFiles& files,
                                           const std::string& search_path);

}  // namespace ddx::cli
