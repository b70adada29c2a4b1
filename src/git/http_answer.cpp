#include "git/http_answer.hpp"

#include <fmt/format.h>

#include "base/token_variable.hpp"
#include "net/retry.hpp"

namespace ddx::git {

namespace {

constexpr long ok = 200, unauthorized = 401, forbidden = 403, not_found = 404, proxy_login = 407, gone = 410,
               too_many_requests = 429, server_failures = 500;

/// ", through the proxy 'p:3128'", where the answer says that it came on that way.
std::string on_the_way(const net::HttpHead& head) {
  return head.between ? fmt::format(", through the proxy '{}'", head.between->name()) : "";
}

/// The proxy gave an answer of its own instead of one of the server.
[[noreturn]] void throw_by_proxy(const net::HttpHead& head, const UpstreamUrl& url) {
  const std::string name = head.between->name();
  const std::string message =
      fmt::format("the proxy '{}' answers {} for '{}'", name, head.status, url.host());
  const std::vector<NextStep> steps{{Recovery::check_proxy, name}};
  if (head.status == forbidden) throw Error(ErrorCode::auth_failed, message, steps);
  throw net::PassingError(ErrorCode::network, message, steps, head.retry_after);
}

[[noreturn]] void throw_busy(const net::HttpHead& head, const UpstreamUrl& url) {
  std::string message =
      fmt::format("'{}' cannot serve us now (status {}{})", url.host(), head.status, on_the_way(head));
  if (head.retry_after) message += fmt::format("; it asks to wait {} seconds", head.retry_after->count());
  throw net::PassingError(ErrorCode::server_error, message, {{Recovery::retry}}, head.retry_after);
}

std::string with_words(std::string message, const AnswerContext& context) {
  if (context.url != context.asked) message += fmt::format("; '{}' redirects there", context.asked.str());
  if (!context.said.empty()) message += fmt::format("; it says: {}", context.said);
  return message;
}

bool is_variable(const std::string& source) {
  return source.find('_') != source.npos &&
         source.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == source.npos;
}

/// A variable wins over what `ddx auth login` keeps, and where nobody can be asked one is what helps.
std::vector<NextStep> login_steps(const AnswerContext& context) {
  const NextStep log_in{Recovery::log_in, context.url.host()};
  if (is_variable(context.login)) return {{Recovery::replace_token, context.login}, log_in};
  if (context.has_person) return {log_in};
  return {log_in, {Recovery::set_token, "DDX_TOKEN or " + token_variable(context.url.host())}};
}

std::string with_login(const AnswerContext& context) {
  return context.login.empty() ? " without a login"
                               : fmt::format(" with the credentials from {}", context.login);
}

[[noreturn]] void throw_status(const net::HttpHead& head, const AnswerContext& context) {
  const UpstreamUrl& url = context.url;
  const auto failure = [&](ErrorCode code, const std::string& message, std::vector<NextStep> steps) {
    return Error(code, with_words(message, context), std::move(steps));
  };
  if (head.is_of_proxy && (head.status == forbidden || head.status >= server_failures))
    throw_by_proxy(head, url);
  switch (head.status) {
    case unauthorized:
      throw_no_login(context, {});
    case proxy_login:  // of a proxy that is not in our settings
      throw failure(ErrorCode::auth_required,
                    fmt::format("a proxy on the way to '{}' asks for a login", url.host()),
                    {{Recovery::check_proxy}});
    case forbidden:
      throw failure(ErrorCode::auth_failed,
                    fmt::format("'{}' denies access to '{}'{}{}", url.host(), url.str(), with_login(context),
                                on_the_way(head)),
                    login_steps(context));
    case not_found:
    case gone:
      throw failure(ErrorCode::upstream_not_found,
                    fmt::format("'{}': not found, or no access{}", url.str(), with_login(context)),
                    {{Recovery::check_url, url.str()}, {Recovery::log_in, url.host()}});
    default:
      break;
  }
  if (head.status == too_many_requests || head.status >= server_failures) throw_busy(head, url);
  if (is_redirect(head))
    throw failure(ErrorCode::redirected, fmt::format("'{}' redirects in the middle of a fetch", url.str()),
                  {{Recovery::check_url, url.str()}});
  throw failure(ErrorCode::server_error, fmt::format("'{}' answered with status {}", url.host(), head.status),
                {{Recovery::check_url, url.str()}});
}

}  // namespace

bool is_redirect(const net::HttpHead& head) { return head.status / 100 == 3 && !head.location.empty(); }

std::optional<UpstreamUrl> redirect_target(std::string_view location, std::string_view suffix) {
  if (!location.ends_with(suffix)) return std::nullopt;
  location.remove_suffix(suffix.size());
  try {
    UpstreamUrl url = UpstreamUrl::parse(location);
    if (!Origin::of(url)) return std::nullopt;
    return url;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void throw_no_login(const AnswerContext& context, const std::vector<std::string>& tried) {
  const std::string& host = context.url.host();
  if (!context.login.empty())
    throw Error(ErrorCode::auth_failed,
                with_words(fmt::format("'{}' refuses the credentials from {}", host, context.login), context),
                login_steps(context))
        .with_details(tried);
  const char* const message =
      tried.empty() ? "'{}' asks for a login" : "'{}' asks for a login, and none was found";
  throw Error(ErrorCode::auth_required, with_words(fmt::format(fmt::runtime(message), host), context),
              login_steps(context))
      .with_details(tried);
}

void check_answer(const net::HttpHead& head, std::string_view content_type, const AnswerContext& context) {
  const UpstreamUrl& url = context.url;
  if (head.status != ok) throw_status(head, context);
  if (head.content_type == content_type) return;
  const bool is_page = head.content_type == "text/html" || head.content_type == "application/xhtml+xml";
  throw Error(ErrorCode::not_git,
              is_page ? fmt::format("'{}' answered with a web page, not git", url.host())
                      : fmt::format("'{}' does not answer as a git server does (content type '{}')",
                                    url.str(), head.content_type),
              {{Recovery::check_url, url.str()}});
}

}  // namespace ddx::git
