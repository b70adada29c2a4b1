#pragma once

#include <map>
#include <string>

namespace ddx {

/// The number of this process, for messages.
[[nodiscard]] long process_id();

/// The login name of the user this process runs as; their number where nobody knows a name.
[[nodiscard]] std::string user_name();

/// The name of this machine.
[[nodiscard]] std::string machine_name();

/// Differs from machine to machine, and after each start of one; empty where nothing tells.
[[nodiscard]] std::string boot_id();

/// The whole environment of this process.
[[nodiscard]] std::map<std::string, std::string> environment_variables();

}  // namespace ddx
