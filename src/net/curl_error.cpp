#include "net/curl_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "net/retry.hpp"

namespace ddx::net {

namespace {

constexpr long proxy_login_required = 407;

std::vector<NextStep> check_network(const std::string& host) { return {{Recovery::check_network, host}}; }

/// Why a connection was not made, as the operating system says it ("Connection refused"); 0: it does not.
int system_errno(CURL* easy) {
  long number = 0;
  return curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK ? static_cast<int>(number) : 0;
}

[[noreturn]] void throw_not_connected(CURL* easy, const std::string& host, const std::string& reason) {
  const int number = system_errno(easy);
  const std::string text = fmt::format("cannot connect to '{}': {}", host,
                                       number == 0 ? reason : std::generic_category().message(number));
  if (number == ECONNRESET || number == ECONNABORTED || number == ETIMEDOUT)
    throw PassingError(ErrorCode::network, text, check_network(host));
  throw Error(ErrorCode::network, text, check_network(host));
}

/// Of a TLS handshake: broken off, rather than refused. OpenSSL tells the two apart in words only.
bool was_cut(const std::string& reason) {
  return std::ranges::any_of(
      std::array{"SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof", "Broken pipe"},
      [&](const char* words) { return reason.find(words) != reason.npos; });
}

[[noreturn]] void throw_lost(const std::string& host, const std::string& reason) {
  throw PassingError(ErrorCode::network, fmt::format("lost the connection to '{}': {}", host, reason),
                     check_network(host));
}

}  // namespace

void throw_curl_error(CURL* easy, CURLcode code, const std::string& host, const std::string& reason) {
  long proxy_status = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status == proxy_login_required)
    throw Error(ErrorCode::auth_required, fmt::format("the proxy on the way to '{}' asks for a login", host),
                check_network(host));
  // With TLS 1.3 the server says so only after the handshake.
  if (reason.find("certificate required") != reason.npos)
    throw Error(ErrorCode::tls, fmt::format("'{}' wants a client certificate ('http.sslCert')", host),
                check_network(host));
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      throw Error(ErrorCode::network, fmt::format("cannot find '{}': {}", host, reason), check_network(host));
    case CURLE_COULDNT_CONNECT:
      throw_not_connected(easy, host, reason);
    case CURLE_OPERATION_TIMEDOUT:
      throw PassingError(ErrorCode::network_timeout, fmt::format("'{}' does not answer: {}", host, reason),
                         check_network(host));
    case CURLE_SSL_CONNECT_ERROR:
      if (was_cut(reason)) throw_lost(host, reason);
      [[fallthrough]];
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      throw Error(ErrorCode::tls, fmt::format("cannot connect safely to '{}': {}", host, reason),
                  check_network(host));
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
      throw_lost(host, reason);
  }
}

}  // namespace ddx::net
