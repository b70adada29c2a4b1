#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ddx::net {

/// What a user set for connections to one URL, by the names of git's settings `http.*`. Empty means that
/// nothing was set.
struct HttpSettings {
  std::optional<std::string> proxy;  ///< empty text: none, whatever the environment says
  std::string proxy_auth_method;     ///< `anyauth`, `basic`, `digest`, `negotiate` or `ntlm`
  std::string authorities, authorities_folder, proxy_authorities;  ///< files of trusted certificates
  std::string client_certificate, client_key;
  std::string cookie_file;           ///< read, never written
  std::vector<std::string> headers;  ///< may hold a secret
  std::vector<std::string> resolve;  ///< HOST:PORT:ADDRESS
  std::string user_agent;
  bool only_http1 = false;
  bool follows_redirects = true;
  bool is_told_not_to_verify = false;  ///< which is not obeyed
  /// An answer that comes more slowly than this for so long is given up.
  std::optional<long> slowest_bytes_per_second, slowest_for_seconds;
};

/// Whether a line of `headers` is a login of its own: an `Authorization`. It goes only while a request has no
/// credential.
[[nodiscard]] bool is_login(std::string_view header);

}  // namespace ddx::net
