#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/source.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// A login of a netrc file.
struct NetrcLogin {
  std::string username;
  Secret password;
};

/// The first login for this machine and, where one is given, this user. A `default` entry is for hosts that
/// nobody named and counts for none.
[[nodiscard]] std::optional<NetrcLogin> find_in_netrc(std::string_view text, std::string_view machine,
                                                      std::string_view username);

/// `$NETRC` or `~/.netrc`, which is read and never written. Its machines have no port: they mean the scheme's
/// own, any port of the configured upstream, or the one that is written after a colon.
[[nodiscard]] std::unique_ptr<Source> make_netrc_source(const std::optional<Origin>& upstream,
                                                        const std::string& username, Host& host);

}  // namespace ddx::auth
