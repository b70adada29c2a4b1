#pragma once

#include <atomic>
#include <map>
#include <string>

#include "ddx/secret.hpp"

namespace ddx {

/// The number of this process, for messages.
[[nodiscard]] long process_id();

/// The login name of the user this process runs as; their number where nobody knows a name.
[[nodiscard]] std::string user_name();

/// The name of this machine.
[[nodiscard]] std::string machine_name();

/// Differs from machine to machine, and after each start of one; empty where nothing tells.
[[nodiscard]] std::string boot_id();

/// The first line of an open file that this process was given by its number. Empty if it cannot be read.
/// \throws Interrupted
[[nodiscard]] Secret read_line_of_descriptor(int number, const std::atomic<bool>& interrupted);

/// From now on this process leaves no core dump, and no other of the same user can look into it.
void keep_memory_private();

/// The whole environment of this process.
[[nodiscard]] std::map<std::string, std::string> environment_variables();

}  // namespace ddx
