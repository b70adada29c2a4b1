#pragma once

#include <string>

#include "cli/commands/command.hpp"

namespace ddx::cli {

/// Takes the user name and the password out of an http URL, because they would end up in files and logs. A
/// password or a token is used for this command and forgotten. \returns the URL without them
[[nodiscard]] std::string take_login_out(const std::string& url, Session& session);

}  // namespace ddx::cli
