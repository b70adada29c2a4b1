#include "net/proxy.hpp"

#include <fmt/format.h>

#include <charconv>
#include <initializer_list>

#include "base/text.hpp"
#include "ddx/error.hpp"
#include "net/address_range.hpp"

namespace ddx::net {

namespace {

std::string first_set(std::initializer_list<const char*> names, const Host& host) {
  for (const char* name : names)
    if (const auto value = host.environment(name); value && !value->empty()) return *value;
  return {};
}

/// Where the login in a URL begins, and how long it is with its '@'.
std::pair<std::size_t, std::size_t> login_in(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t start = scheme == url.npos ? 0 : scheme + 3;
  const std::string_view authority = url.substr(start, url.substr(start).find('/'));
  const std::size_t at = authority.rfind('@');
  return {start, at == authority.npos ? 0 : at + 1};
}

bool is_within(std::string_view host, std::string_view domain) {
  if (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain.empty() || !host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

}  // namespace

ProxySettings proxy_for(std::string_view scheme, const Host& host) {
  return {scheme == "https" ? first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, host)
                            : first_set({"http_proxy", "all_proxy", "ALL_PROXY"}, host),
          first_set({"no_proxy", "NO_PROXY"}, host)};
}

bool is_exempt(std::string_view exceptions, std::string_view host) {
  constexpr std::string_view separators = ", ";
  const std::string wanted = fold_case(host);
  while (!exceptions.empty()) {
    const std::size_t end = std::min(exceptions.find_first_of(separators), exceptions.size());
    const std::string_view one = exceptions.substr(0, end);
    if (one == "*" || is_within(wanted, fold_case(one)) || is_in_range(wanted, one)) return true;
    exceptions.remove_prefix(std::min(end + 1, exceptions.size()));
  }
  return false;
}

std::optional<Proxy> parse_proxy(std::string_view url) {
  if (url.empty()) return std::nullopt;
  const auto [start, length] = login_in(url);
  const std::string_view login = url.substr(start, length == 0 ? 0 : length - 1);
  Proxy proxy;
  proxy.origin.scheme = start == 0 ? "http" : fold_case(url.substr(0, start - 3));
  proxy.username = percent_decoded(login.substr(0, login.find(':'))).value_or("");
  proxy.has_password = login.find(':') != login.npos;
  const std::string_view rest = url.substr(start + length);
  const std::string_view place = rest.substr(0, rest.find('/'));
  const std::size_t bracket = place.find(']');
  const std::size_t colon = std::min(place.find(':', bracket == place.npos ? 0 : bracket), place.size());
  proxy.origin.host = fold_case(place.substr(0, colon));
  proxy.origin.port = proxy.origin.scheme == "https" ? 443 : 80;
  if (colon < place.size())
    std::from_chars(place.data() + colon + 1, place.data() + place.size(), proxy.origin.port);
  return proxy;
}

std::optional<Secret> password_in(std::string_view proxy_url) {
  const auto [start, length] = login_in(proxy_url);
  const std::string_view login = proxy_url.substr(start, length == 0 ? 0 : length - 1);
  const std::size_t colon = login.find(':');
  if (colon == login.npos) return std::nullopt;
  const std::string_view written = login.substr(colon + 1);
  std::string password = percent_decoded(written).value_or(std::string(written));
  Secret secret(password);
  Secret::wipe(password.data(), password.size());
  return secret;
}

std::string without_login(const std::string& url) {
  const auto [start, length] = login_in(url);
  return url.substr(0, start) + url.substr(start + length);
}

void throw_proxy_login(const Proxy& proxy, LoginSent sent) {
  if (sent == LoginSent::yes)
    throw Error(ErrorCode::auth_failed,
                fmt::format("the proxy '{}' refuses the user name and password it was sent", proxy.name()),
                {{Recovery::check_proxy, proxy.name()}});
  throw Error(ErrorCode::auth_required, fmt::format("the proxy '{}' asks for a login", proxy.name()),
              {{Recovery::log_in_at_proxy, proxy.name()}});
}

}  // namespace ddx::net
