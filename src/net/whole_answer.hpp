#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "net/http.hpp"

namespace ddx::net {

/// What a server answered, all of it.
struct WholeAnswer {
  long status = 0;
  std::multimap<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  /// The first of that name. Empty if it did not come.
  [[nodiscard]] std::string header(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
};

/// One exchange with a platform's API. Redirects are not followed: the headers may hold a token. \throws
/// Error (network, network_timeout, tls, auth_* for a proxy, server_error for a body above 1 MiB);
/// Interrupted
[[nodiscard]] WholeAnswer exchange(const HttpRequest& request, const HttpTimeouts& timeouts, Host& host);

}  // namespace ddx::net
