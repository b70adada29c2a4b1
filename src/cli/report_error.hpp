#pragma once

#include <exception>
#include <string>

#include "cli/options.hpp"
#include "cli/ui.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

/// Any exception as the failure it stands for: an `Error` as it is, a failure of the operating system by its
/// errno, everything else as a bug in ddx.
[[nodiscard]] Error as_error(const std::exception& failure);
/// Something was thrown that is no std::exception.
[[nodiscard]] Error unknown_failure();

/// Says what failed, what is on disk and what to do, as text on stderr or as the JSON object on stdout.
/// Never throws. \returns the exit code
int report_error(const Error& error, Format format, Ui& ui);

/// Says that the user's signal was obeyed. \returns 128 + signal
int report_interruption(const Interrupted& interruption, int signal, Format format, Ui& ui);

/// A failure's details, a line each, as they follow its message; and its next steps, a line each.
void add_details(Page& page, const Error& error);
void add_hints(Page& page, const Error& error);

/// What `step` means in words: the CLI's only advice.
[[nodiscard]] std::string hint_for(const NextStep& step);

/// `nothing was changed`, …; empty where nothing is claimed.
[[nodiscard]] std::string state_line(Aftermath aftermath);

}  // namespace ddx::cli
