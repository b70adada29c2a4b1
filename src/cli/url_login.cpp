#include "cli/url_login.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/redaction.hpp"
#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

struct UrlLogin {
  std::string clean;  ///< the URL without it
  std::string user, password;
};

std::string decoded(const std::string& part) { return percent_decoded(part).value_or(part); }

std::optional<UrlLogin> split(const std::string& url) {
  const std::size_t colon = url.find("://");
  const std::string scheme = fold_case(url.substr(0, colon));
  if (colon == url.npos || (scheme != "https" && scheme != "http")) return std::nullopt;
  const std::size_t start = colon + 3;
  const std::string authority = url.substr(start, url.find_first_of("/\\?#", start) - start);
  const std::size_t at = authority.rfind('@');
  if (at == authority.npos) return std::nullopt;
  const std::string login = authority.substr(0, at);
  const std::size_t end = std::min(login.find(':'), login.size());
  UrlLogin found{url.substr(0, start) + url.substr(start + at + 1), decoded(login.substr(0, end)),
                 decoded(login.substr(std::min(end + 1, login.size())))};
  // A token alone stands where the user name would be.
  if (found.password.empty() && redacted(found.user) != found.user) std::swap(found.user, found.password);
  return found;
}

/// A line end in it could forge a line of what is told to a server or a credential helper.
void check(const UrlLogin& login) {
  const auto holds_control = [](const std::string& text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  };
  if (holds_control(login.user) || holds_control(login.password))
    throw Error(ErrorCode::url_refused, "the login in the upstream's URL holds a control character",
                {{Recovery::check_url, login.clean}});
}

}  // namespace

std::string take_login_out(const std::string& url, Session& session) {
  std::optional<UrlLogin> found = split(url);
  if (!found) return url;
  check(*found);
  if (found->password.empty()) {
    session.ui.warning(fmt::format("the user name was left out of the URL: {}", found->clean));
    return found->clean;
  }
  Host& host = session.host;
  host.token = Secret(found->password);
  host.token_user = found->user;
  host.token_source = "the URL";
  remember_secret(found->user, host.token);
  Secret::wipe(found->password.data(), found->password.size());
  session.ui.warning(
      fmt::format("the login was left out of the URL, and is used for this command only: keep it with 'ddx "
                  "auth login', then "
                  "revoke it where your shell's history may be read ({})",
                  found->clean));
  return found->clean;
}

}  // namespace ddx::cli
