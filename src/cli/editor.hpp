#pragma once

#include <optional>
#include <string>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"

namespace ddx::cli {

/// Lets the user edit text in their editor, in a file of this name. \returns what they saved; nothing if the
/// editor failed. \throws Error (io) if it cannot be started; Interrupted
[[nodiscard]] std::optional<std::string> edit_text(const Workspace& workspace, const std::string& name,
                                                   const std::string& text, Host& host);

}  // namespace ddx::cli
