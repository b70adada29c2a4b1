#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ddx/credential.hpp"

namespace ddx::auth {

/// A login that `ddx auth login` keeps for one origin. It is stored as a whole, so that a token and the one
/// that renews it never get apart.
struct LoginRecord {
  std::string platform;  ///< `key_of` it; empty: it was not known
  std::string username;  ///< what git is to send with the token; empty: what the platform expects
  Secret token;
  Secret refresh_token;   ///< empty: the token cannot be renewed
  std::string client_id;  ///< of the application that the token was given to
  std::optional<std::chrono::sys_seconds> expires;
};

/// JSON, to be encrypted by whoever keeps it.
[[nodiscard]] Secret to_text(const LoginRecord& record);
/// \returns nothing if it is no record
[[nodiscard]] std::optional<LoginRecord> parse_record(const Secret& text);

}  // namespace ddx::auth
