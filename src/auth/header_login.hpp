#pragma once

#include <memory>
#include <optional>

#include "auth/source.hpp"
#include "git/user_settings.hpp"

namespace ddx::auth {

/// A login that git's settings send along with every request for a URL: an `Authorization` in
/// `http.extraHeader`. It goes first; a credential that is found after it was refused goes instead of it.
struct HeaderLogin {
  static constexpr const char* name = "http.extraHeader";
  std::optional<Credential> credential = {};  ///< none: it has another form than `Basic`, `Bearer` or `token`
};

[[nodiscard]] std::optional<HeaderLogin> header_login(const git::UserSettings& settings,
                                                      const Source::Request& request);

/// Has nothing to give, because the transport sent it before it asked for more; it says so.
[[nodiscard]] std::unique_ptr<Source> make_header_source(std::shared_ptr<const git::UserSettings> settings);

}  // namespace ddx::auth
