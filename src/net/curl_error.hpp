#pragma once

#include <curl/curl.h>

#include <string>

namespace ddx::net {

/// Who took part in a transfer, for messages.
struct Peers {
  std::string server;
  std::string proxy = {};  ///< empty: none
};

/// Throws what a failed transfer means to a user.
/// \param reason  curl's own words
/// \throws Error (network, network_timeout, tls, not_git), as a `PassingError` where it may pass
[[noreturn]] void throw_curl_error(CURL* easy, CURLcode code, const Peers& peers, const std::string& reason);

}  // namespace ddx::net
