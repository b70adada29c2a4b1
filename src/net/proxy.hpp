#pragma once

#include <string>
#include <string_view>

#include "ddx/host.hpp"

namespace ddx::net {

struct ProxySettings {
  std::string url;         ///< empty: none
  std::string exceptions;  ///< the value of NO_PROXY
};

/// What the environment says about proxies for a URL of this scheme, by curl's rules: lower case first, and
/// `HTTP_PROXY` in capitals not at all, because a web server sets it from a request's header.
[[nodiscard]] ProxySettings proxy_for(std::string_view scheme, const Host& host);

}  // namespace ddx::net
