#include "net/curl_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <system_error>

#include "net/retry.hpp"

namespace ddx::net {

namespace {

std::vector<NextStep> check_network(const std::string& host) { return {{Recovery::check_network, host}}; }

long number_of(CURL* easy, CURLINFO what) {
  long number = 0;
  return curl_easy_getinfo(easy, what, &number) == CURLE_OK ? number : 0;
}

/// Whom a connection could not be made to.
struct FirstPeer {
  explicit FirstPeer(const Peers& peers)
      : name(peers.proxy.empty() ? fmt::format("'{}'", peers.server)
                                 : fmt::format("the proxy '{}'", peers.proxy)),
        steps(peers.proxy.empty() ? check_network(peers.server)
                                  : std::vector<NextStep>{{Recovery::check_proxy, peers.proxy}}) {}
  std::string name;
  std::vector<NextStep> steps;
};

[[noreturn]] void throw_not_connected(CURL* easy, const FirstPeer& peer, const std::string& reason) {
  // As the operating system says it ("Connection refused"); 0: it does not.
  const auto number = static_cast<int>(number_of(easy, CURLINFO_OS_ERRNO));
  const std::string text = fmt::format("cannot connect to {}: {}", peer.name,
                                       number == 0 ? reason : std::generic_category().message(number));
  if (number == ECONNRESET || number == ECONNABORTED || number == ETIMEDOUT)
    throw PassingError(ErrorCode::network, text, peer.steps);
  throw Error(ErrorCode::network, text, peer.steps);
}

bool mentions(const std::string& reason, std::initializer_list<const char*> all) {
  return std::ranges::any_of(all, [&](const char* words) { return reason.find(words) != reason.npos; });
}

/// Of a TLS handshake: broken off, rather than refused. OpenSSL tells the two apart in words only.
bool was_cut(const std::string& reason) {
  return mentions(reason, {"SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof", "Broken pipe"});
}

[[noreturn]] void throw_lost(const FirstPeer& peer, const std::string& reason) {
  throw PassingError(ErrorCode::network, fmt::format("lost the connection to {}: {}", peer.name, reason),
                     peer.steps);
}

/// Nothing that is trusted here signed it; other faults of a certificate are its owner's.
bool is_from_unknown_authority(CURL* easy, CURLcode code) {
  // OpenSSL's numbers: no issuer, self-signed, self-signed at the end of a chain, no issuer here, no proof
  constexpr std::array<long, 5> unknown{2, 18, 19, 20, 21};
  if (code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR) return true;
  return std::ranges::any_of(
      std::array{CURLINFO_SSL_VERIFYRESULT, CURLINFO_PROXY_SSL_VERIFYRESULT},
      [&](CURLINFO which) { return std::ranges::find(unknown, number_of(easy, which)) != unknown.end(); });
}

[[noreturn]] void throw_unsafe(CURL* easy, CURLcode code, const Peers& peers, const std::string& reason) {
  const bool at_proxy = number_of(easy, CURLINFO_PROXY_SSL_VERIFYRESULT) != 0;
  std::vector<NextStep> steps = check_network(peers.server);
  if (at_proxy) steps = {{Recovery::check_proxy, peers.proxy}};
  if (is_from_unknown_authority(easy, code)) {
    steps.insert(steps.begin(), {Recovery::trust_authority, at_proxy ? "http.proxySSLCAInfo" : ""});
  } else if (mentions(reason, {"expired", "not yet valid"})) {
    steps = {{Recovery::tell_upstream}};
  } else if (code == CURLE_PEER_FAILED_VERIFICATION) {
    steps = {{Recovery::check_url}};
  }
  throw Error(ErrorCode::tls,
              fmt::format("cannot connect safely to {}: {}",
                          at_proxy ? FirstPeer(peers).name : fmt::format("'{}'", peers.server), reason),
              steps);
}

[[noreturn]] void throw_locked_key(const Peers& peers, const std::string& reason) {
  throw Error(ErrorCode::tls,
              fmt::format("the client certificate for '{}' or its key cannot be read; ddx takes none with a "
                          "password (http.sslCertPasswordProtected): {}",
                          peers.server, reason));
}

/// A tunnel through the proxy was asked for, and refused.
[[noreturn]] void throw_no_tunnel(const Peers& peers, long status) {
  constexpr long server_failures = 500;
  const std::string text = fmt::format("the proxy '{}' does not connect us to '{}' (status {})", peers.proxy,
                                       peers.server, status);
  const std::vector<NextStep> steps{{Recovery::check_proxy, peers.proxy}, {Recovery::check_url}};
  if (status >= server_failures) throw PassingError(ErrorCode::network, text, steps);
  throw Error(ErrorCode::network, text, steps);
}

}  // namespace

void throw_curl_error(CURL* easy, CURLcode code, const Peers& peers, const std::string& reason) {
  const FirstPeer first(peers);
  const std::string& host = peers.server;
  const long tunnel_status = number_of(easy, CURLINFO_HTTP_CONNECTCODE);
  if (tunnel_status != 0 && tunnel_status / 100 != 2) throw_no_tunnel(peers, tunnel_status);
  const FirstPeer reached(tunnel_status == 0 ? peers : Peers{host});
  // With TLS 1.3 the server says so only after the handshake.
  if (reason.find("certificate required") != reason.npos)
    throw Error(ErrorCode::tls, fmt::format("'{}' wants a client certificate ('http.sslCert')", host),
                check_network(host));
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      throw Error(ErrorCode::network, fmt::format("cannot find {}: {}", first.name, reason), first.steps);
    case CURLE_COULDNT_CONNECT:
      throw_not_connected(easy, first, reason);
    case CURLE_PROXY:
      throw Error(ErrorCode::network, fmt::format("{} refuses: {}", first.name, reason), first.steps);
    case CURLE_OPERATION_TIMEDOUT:
      throw PassingError(ErrorCode::network_timeout,
                         fmt::format("{} does not answer: {}", reached.name, reason), reached.steps);
    case CURLE_SSL_CONNECT_ERROR:
      if (was_cut(reason)) throw_lost(reached, reason);
      [[fallthrough]];
    case CURLE_SSL_CERTPROBLEM:
      if (mentions(reason, {"private key", "pass phrase"})) throw_locked_key(peers, reason);
      [[fallthrough]];
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      throw_unsafe(easy, code, peers, reason);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      throw Error(ErrorCode::not_git,
                  fmt::format("'{}' does not answer as a web server does: {}", host, reason),
                  {{Recovery::check_url}});
    case CURLE_WRITE_ERROR:  // ours, and curl's own for a single line: the head is above all measure
    case CURLE_OUT_OF_MEMORY:
      throw Error(ErrorCode::not_git, fmt::format("'{}' answers with a head that does not end", host),
                  {{Recovery::check_url}});
    default:
      throw_lost(reached, reason);
  }
}

}  // namespace ddx::net
