#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "ddx/credential.hpp"

namespace ddx::auth {

/// What git's credential protocol says about one login, as ddx needs it.
struct CredentialFields {
  std::string username;
  Secret password;
  std::optional<std::chrono::sys_seconds> expires;  ///< `password_expiry_utc`
  bool quit = false;
};

/// The lines that describe a request. No value in it can hold a line end or another control character.
/// \param username  empty: any
/// \returns nothing if a value holds one: it must not reach a helper
[[nodiscard]] std::optional<Secret> describe(const CredentialProvider::Request& request,
                                             const std::string& username, bool with_path);
/// The same with a user name and a password, for `approve` and `reject`.
[[nodiscard]] std::optional<Secret> describe(const CredentialProvider::Request& request,
                                             const Credential& credential, bool with_path);

/// Reads what a helper answered. \returns nothing if it is not the protocol, or holds a control character
[[nodiscard]] std::optional<CredentialFields> parse_fields(const Secret& answer);

}  // namespace ddx::auth
