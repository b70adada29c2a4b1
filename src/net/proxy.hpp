#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"

namespace ddx::net {

struct ProxySettings {
  std::string url;         ///< empty: none
  std::string exceptions;  ///< the value of NO_PROXY
};

/// What the environment says about proxies for a URL of this scheme, by curl's rules: lower case first, and
/// `HTTP_PROXY` in capitals not at all, because a web server sets it from a request's header.
[[nodiscard]] ProxySettings proxy_for(std::string_view scheme, const Host& host);

/// Whether connections to a host go past the proxy: it or a domain that it is in is named in NO_PROXY, or all
/// are, or it is an address in a range that is (`10.0.0.0/8`).
[[nodiscard]] bool is_exempt(std::string_view exceptions, std::string_view host);

/// A proxy as its URL describes it.
struct Proxy {
  Origin origin;  ///< as git's credential protocol has it; the scheme's own port where none is named
  std::string username;
  bool has_password = false;

  [[nodiscard]] std::string name() const { return origin.host_and_port(); }
};

/// \returns nothing for empty text
[[nodiscard]] std::optional<Proxy> parse_proxy(std::string_view url);
/// \returns nothing where there is none
[[nodiscard]] std::optional<Secret> password_in(std::string_view proxy_url);
/// The URL without user name and password.
[[nodiscard]] std::string without_login(const std::string& url);

enum class LoginSent { no, yes };
/// It answered 407. \throws Error (auth_failed after a login, else auth_required)
[[noreturn]] void throw_proxy_login(const Proxy& proxy, LoginSent sent);

}  // namespace ddx::net
