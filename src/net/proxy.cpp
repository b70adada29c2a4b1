#include "net/proxy.hpp"

#include <initializer_list>

namespace ddx::net {

namespace {

std::string first_set(std::initializer_list<const char*> names, const Host& host) {
  for (const char* name : names)
    if (const auto value = host.environment(name); value && !value->empty()) return *value;
  return {};
}

}  // namespace

ProxySettings proxy_for(std::string_view scheme, const Host& host) {
  return {scheme == "https" ? first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, host)
                            : first_set({"http_proxy", "all_proxy", "ALL_PROXY"}, host),
          first_set({"no_proxy", "NO_PROXY"}, host)};
}

}  // namespace ddx::net
