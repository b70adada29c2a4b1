#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/upstream_url.hpp"
#include "net/http.hpp"

namespace ddx::git {

[[nodiscard]] bool is_redirect(const net::HttpHead& head);

/// The repository that a redirected `REPOSITORY<suffix>` stands for.
/// \returns nothing if that is not what `location` is, or not a URL that ddx accepts
[[nodiscard]] std::optional<UpstreamUrl> redirect_target(std::string_view location, std::string_view suffix);

/// Who asked, and what else came with an answer.
struct AnswerContext {
  const UpstreamUrl& url;
  const UpstreamUrl& asked;  ///< before redirects
  std::string login = {};    ///< where the credential came from that was sent; empty: none was
  std::string said = {};     ///< the server's own words about a refusal
  bool has_person = false;   ///< who could be asked
};

/// Throws unless the answer is one of git's, of this content type.
/// \throws Error (auth_required, auth_failed, upstream_not_found, server_error, not_git, redirected), as a
///         `net::PassingError` for a server that is busy
void check_answer(const net::HttpHead& head, std::string_view content_type, const AnswerContext& context);

/// The server wants a login, and there is no credential left that it was not sent.
/// \param tried  what `CredentialProvider::tried` says
/// \throws Error (auth_failed where `context.login` was refused, else auth_required)
[[noreturn]] void throw_no_login(const AnswerContext& context, const std::vector<std::string>& tried);

}  // namespace ddx::git
