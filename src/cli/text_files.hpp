#pragma once

#include <string>

#include "ddx/host.hpp"

namespace ddx::cli {

/// A file that the user named, relative to the current folder; '-' is the standard input.
/// \throws Error (usage)
[[nodiscard]] std::string read_text(const std::string& file, const Host& host);

/// Makes or replaces a file that the user named. \throws Error (io)
void write_text(const std::string& file, const std::string& text, const Host& host);

}  // namespace ddx::cli
