#include "ddx/credential.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ddx {

namespace {

int own_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

}  // namespace

std::optional<Origin> Origin::of(const UpstreamUrl& url) {
  if (url.kind() != UpstreamUrl::Kind::https && url.kind() != UpstreamUrl::Kind::http) return std::nullopt;
  Origin origin;
  origin.scheme = url.kind() == UpstreamUrl::Kind::https ? "https" : "http";
  origin.port = own_port(origin.scheme);
  const std::string& host = url.host();
  const std::size_t address_end = host.find(']') == host.npos ? 0 : host.find(']');
  const std::size_t colon = host.find(':', address_end);
  origin.host = host.substr(0, colon);
  if (colon != host.npos) std::from_chars(host.data() + colon + 1, host.data() + host.size(), origin.port);
  return origin;
}

std::string Origin::host_and_port() const {
  return port == own_port(scheme) ? host : fmt::format("{}:{}", host, port);
}

std::string Origin::str() const { return fmt::format("{}://{}", scheme, host_and_port()); }

}  // namespace ddx
