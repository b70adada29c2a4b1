#pragma once

#include <optional>
#include <string>

#include "auth/login_record.hpp"
#include "auth/platform.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// Logs in with a browser (RFC 8628): says which page to open and which code to type there, and waits for the
/// token. \param client_id  of an application that is registered there with this flow
/// \throws Error (login_ended) when it was refused, took too long or is not offered; Interrupted
[[nodiscard]] LoginRecord log_in_by_device(Platform platform, const Origin& origin,
                                           const std::string& client_id, Host& host);

/// A new token for one that expires. It voids both old ones.
/// \returns nothing when the server does not give one
[[nodiscard]] std::optional<LoginRecord> renew_token(const LoginRecord& record, const Origin& origin,
                                                     Host& host);

}  // namespace ddx::auth
