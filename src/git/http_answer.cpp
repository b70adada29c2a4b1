#include "git/http_answer.hpp"

#include <fmt/format.h>

#include "net/retry.hpp"

namespace ddx::git {

namespace {

constexpr long ok = 200, unauthorized = 401, forbidden = 403, not_found = 404, proxy_login = 407, gone = 410,
               too_many_requests = 429, server_failures = 500;

[[noreturn]] void throw_busy(const net::HttpHead& head, const UpstreamUrl& url) {
  std::string message = fmt::format("'{}' cannot serve us now (status {})", url.host(), head.status);
  if (head.retry_after) message += fmt::format("; it asks to wait {} seconds", head.retry_after->count());
  throw net::PassingError(ErrorCode::server_error, message, {{Recovery::retry}}, head.retry_after);
}

[[noreturn]] void throw_status(const net::HttpHead& head, const UpstreamUrl& url) {
  switch (head.status) {
    case unauthorized:
      throw Error(ErrorCode::auth_required, fmt::format("'{}' asks for a login", url.host()),
                  {{Recovery::log_in, url.host()}});
    case proxy_login:
      throw Error(ErrorCode::auth_required,
                  fmt::format("the proxy on the way to '{}' asks for a login", url.host()),
                  {{Recovery::check_network, url.host()}});
    case forbidden:
      throw Error(ErrorCode::auth_failed, fmt::format("'{}' denies access to '{}'", url.host(), url.str()),
                  {{Recovery::log_in, url.host()}});
    case not_found:
    case gone:
      throw Error(ErrorCode::upstream_not_found,
                  fmt::format("'{}': not found, or no access with these credentials", url.str()),
                  {{Recovery::check_url, url.str()}, {Recovery::log_in, url.host()}});
    default:
      break;
  }
  if (head.status == too_many_requests || head.status >= server_failures) throw_busy(head, url);
  if (is_redirect(head))
    throw Error(ErrorCode::redirected, fmt::format("'{}' redirects in the middle of a fetch", url.str()),
                {{Recovery::check_url, url.str()}});
  throw Error(ErrorCode::server_error, fmt::format("'{}' answered with status {}", url.host(), head.status),
              {{Recovery::check_url, url.str()}});
}

}  // namespace

bool is_redirect(const net::HttpHead& head) { return head.status / 100 == 3 && !head.location.empty(); }

std::optional<UpstreamUrl> redirect_target(std::string_view location, std::string_view suffix) {
  if (!location.ends_with(suffix)) return std::nullopt;
  location.remove_suffix(suffix.size());
  try {
    UpstreamUrl url = UpstreamUrl::parse(location);
    if (url.kind() == UpstreamUrl::Kind::local) return std::nullopt;
    return url;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void check_answer(const net::HttpHead& head, std::string_view content_type, const UpstreamUrl& url) {
  if (head.status != ok) throw_status(head, url);
  if (head.content_type == content_type) return;
  const bool is_page = head.content_type == "text/html" || head.content_type == "application/xhtml+xml";
  throw Error(ErrorCode::not_git,
              is_page ? fmt::format("'{}' answered with a web page, not git", url.host())
                      : fmt::format("'{}' does not answer as a git server does (content type '{}')",
                                    url.str(), head.content_type),
              {{Recovery::check_url, url.str()}});
}

}  // namespace ddx::git
