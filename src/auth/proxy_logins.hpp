#pragma once

#include <filesystem>
#include <memory>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// What `servers` knows, and for proxies (`Request::is_proxy`) what git's credential helpers know, as git
/// asks them: by `git credential fill`, once for a proxy. Nobody is asked for one, and nothing is kept.
[[nodiscard]] std::unique_ptr<CredentialProvider> with_proxy_logins(
    std::unique_ptr<CredentialProvider> servers, const std::filesystem::path& folder, Host& host);

}  // namespace ddx::auth
