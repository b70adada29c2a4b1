#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/credential.hpp"
#include "ddx/error.hpp"
#include "ddx/host.hpp"
#include "net/http_settings.hpp"
#include "net/proxy.hpp"

namespace ddx::net {

struct HttpTimeouts {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds idle{30'000};  ///< the longest time without a byte
};

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;      ///< `Name: value`
  std::optional<std::string> body = {};  ///< sent with POST unless `method` says otherwise; without one, GET
  std::optional<Credential> credential = {};
  std::vector<std::string> challenges = {};         ///< what the credential answers; see `HttpHead`
  std::optional<Credential> proxy_credential = {};  ///< instead of the one in the proxy's URL
  Origin proxy_origin = {};                         ///< the only proxy that gets it
  HttpSettings settings = {};
  std::string method = {};  ///< PUT, PATCH, …; empty: as the body has it
};

/// What a server answered, before its body. Empty strings stand for headers that did not come.
struct HttpHead {
  long status = 0;
  std::string content_type;             ///< without parameters, lower case
  std::string location;                 ///< absolute
  std::vector<std::string> challenges;  ///< values of `WWW-Authenticate`
  std::optional<std::chrono::seconds> retry_after;
  std::optional<Proxy> proxy;         ///< who answers 407: it asks for a login
  std::optional<Proxy> between = {};  ///< who passed on what came without encryption, as the answer says
  bool is_of_proxy = false;           ///< the answer is its own, not the server's
};

/// The one way in which ddx speaks HTTP: one exchange at a time, bodies are streamed, connections are kept.
///
/// Proxies and certificate authorities come from the request's settings and the host's environment; see
/// `set_connection`. Certificates are always verified. Redirects are not
/// followed, and no credentials are sent but those of the request. Failures name the server or the proxy;
/// those that may pass are a `PassingError`. A long silence is told to the host, once. Not to be shared among
/// threads.
class HttpClient {
 public:
  HttpClient(const HttpTimeouts& timeouts, Host& host);
  HttpClient(const HttpClient&) = delete;
  ~HttpClient();

  /// Sends a request, ending the exchange before it, and waits for the answer's head.
  /// \throws Error (network, network_timeout, tls, not_git); Interrupted
  HttpHead send(const HttpRequest& request);
  /// Of the answer whose head was sent last; names in lower case.
  [[nodiscard]] std::multimap<std::string, std::string> headers() const;
  /// \returns bytes of the body, 0 at its end. \throws as `send`
  std::size_t read(std::span<char> into);

 private:
  struct Exchange;
  std::unique_ptr<Exchange> exchange_;
};

}  // namespace ddx::net
