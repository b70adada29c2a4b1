#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ddx/upstream_url.hpp"
#include "net/http.hpp"

namespace ddx::git {

[[nodiscard]] bool is_redirect(const net::HttpHead& head);

/// The repository that a redirected `REPOSITORY<suffix>` stands for.
/// \returns nothing if that is not what `location` is, or not a URL that ddx accepts
[[nodiscard]] std::optional<UpstreamUrl> redirect_target(std::string_view location, std::string_view suffix);

/// Throws unless the answer is one of git's, of this content type.
/// \throws Error (auth_required, auth_failed, upstream_not_found, server_error, not_git, redirected), as a
///         `net::PassingError` for a server that is busy
void check_answer(const net::HttpHead& head, std::string_view content_type, const UpstreamUrl& url);

}  // namespace ddx::git
