#pragma once

#include <string>

#include "ddx/host.hpp"
#include "ddx/secret.hpp"

namespace ddx::auth {

/// A token without the blanks and line ends around it, which files and variables often have.
[[nodiscard]] Secret trimmed(const Secret& token);

/// Why it cannot be sent, for people; empty if it can.
[[nodiscard]] std::string why_no_token(const Secret& token);
/// The same for what may hold blanks.
[[nodiscard]] std::string why_no_password(const Secret& password);

/// `Host::token`, or what somebody typed, as it may be kept. \param source  for people: "--token-stdin"
/// \throws Error (auth_required if it is empty, usage)
[[nodiscard]] Secret checked_token(const Secret& token, const std::string& source);

}  // namespace ddx::auth
