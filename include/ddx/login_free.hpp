#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "ddx/host.hpp"
#include "ddx/upstream_url.hpp"

namespace ddx {

/// An upstream that no login of ddx is for: behind ssh, which has the user's own keys, or on this machine.
struct LoginFreeUpstream {
  UpstreamUrl url;
  std::filesystem::path folder;  ///< where git's settings are read, and a relative path begins
  std::string program;           ///< ssh, as the user's settings name it; empty for a local path
  std::string named_by;          ///< the variable or setting that does; empty: it is in PATH
  std::optional<std::chrono::milliseconds> connect_timeout = {}, idle_timeout = {};  ///< if configured
};

/// \param named  as for `login_target`, or an ssh URL
/// \returns nothing where a login counts
/// \throws Error (config_invalid, url_refused; ssh_failed where there is no ssh program)
[[nodiscard]] std::optional<LoginFreeUpstream> login_free_upstream(const std::string& named, Host& host);

/// Asks the upstream for its list of refs, as a pull begins.
/// \throws Error (auth_failed, host_key, network, upstream_not_found, …) where it cannot be read; Interrupted
void test_upstream(const LoginFreeUpstream& upstream, Host& host);

}  // namespace ddx
