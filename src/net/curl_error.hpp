#pragma once

#include <curl/curl.h>

#include <string>

namespace ddx::net {

/// Throws what a failed transfer means to a user.
/// \param host    the server, for messages
/// \param reason  curl's own words
/// \throws Error (network, network_timeout, tls, not_git, auth_required), as a `PassingError` where it may
/// pass
[[noreturn]] void throw_curl_error(CURL* easy, CURLcode code, const std::string& host,
                                   const std::string& reason);

}  // namespace ddx::net
