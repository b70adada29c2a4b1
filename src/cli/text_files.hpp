#pragma once

#include <string>

#include "ddx/host.hpp"

namespace ddx::cli {

/// A file that the user named, relative to the current folder; '-' is the standard input.
/// \throws Error (usage)
[[nodiscard]] std::string read_text(const std::string& file, const Host& host);

/// Makes or replaces a file that the user named, at once: a full disk leaves the old one. \throws Error (io)
void write_text(const std::string& file, const std::string& text, const Host& host);

/// Refuses a file that holds something else than mails, which is hardly meant to be replaced by some.
/// \param instead  the line to type if it was not meant at all
/// \throws Error (usage)
void require_mailbox_or_free(const std::string& file, const std::string& instead, const Host& host);

}  // namespace ddx::cli
