#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "auth/source.hpp"

namespace ddx::auth {

/// A login that git's settings send along with every request for a URL: an `Authorization` in
/// `http.extraHeader`. It goes instead of any other.
struct HeaderLogin {
  static constexpr const char* name = "http.extraHeader";
  std::optional<Credential> credential = {};  ///< none: it has another form than `Basic`, `Bearer` or `token`
};

[[nodiscard]] std::optional<HeaderLogin> header_login(const std::filesystem::path& folder,
                                                      const Source::Request& request);

/// Has nothing to give, because the transport sends it anyway: it ends the search where the server refused that.
[[nodiscard]] std::unique_ptr<Source> make_header_source(const std::filesystem::path& folder);

}  // namespace ddx::auth
