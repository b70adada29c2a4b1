#include "cli/editor.hpp"

#include "cli/scratch_folder.hpp"
#include "ddx/user_tools.hpp"
#include "platform/terminal_program.hpp"

namespace ddx::cli {

std::optional<std::string> edit_text(const Workspace& workspace, const std::string& name,
                                     const std::string& text, Host& host) {
  const std::string editor = editor_command(workspace, host);
  ScratchFolder folder(workspace, host);
  const std::filesystem::path file = folder.write(name, text);
  // git runs it like this, so that the setting may have options and quotes.
  const TerminalProgram program{"/bin/sh", {"-c", editor + " \"$@\"", editor, file.string()}, {}, {}};
  if (run_on_terminal(program, host.interrupted) != 0) return std::nullopt;
  return folder.read(name);
}

}  // namespace ddx::cli
