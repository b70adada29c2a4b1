#include <fmt/chrono.h>
#include <fmt/format.h>

#include "auth/platform_api.hpp"
#include "base/time.hpp"
#include "ddx/error.hpp"
#include "hosting/complaint.hpp"
#include "net/retry.hpp"

namespace ddx::hosting {

namespace {

using Kind = Complaint::Kind;

/// Whom it is about, for messages.
struct Subjects {
  std::string host;        ///< "github.com"
  std::string repository;  ///< "owner/name"
  std::string with_login;  ///< " with the credentials from DDX_TOKEN", or empty
};

std::string with_words(std::string message, const Complaint& complaint) {
  if (!complaint.said.empty()) message += fmt::format("; it says: {}", complaint.said);
  return message;
}

Error denied(const Complaint& complaint, const Subjects& subjects, const Repository& repository) {
  const std::string page = auth::token_page(repository.platform, repository.origin);
  switch (complaint.kind) {
    case Kind::login:
      return Error(
          ErrorCode::platform_login_refused,
          with_words(fmt::format("the interface of '{}' denies access{}", subjects.host, subjects.with_login),
                     complaint),
          {{Recovery::make_token, page}, {Recovery::log_in, subjects.host}});
    case Kind::scope:
      return Error(ErrorCode::scope_missing,
                   with_words(fmt::format("'{}' wants a token with '{}'", subjects.host, complaint.subject),
                              complaint),
                   {{Recovery::widen_token, complaint.subject}, {Recovery::make_token, page}});
    case Kind::sso:
      return Error(
          ErrorCode::sso_required,
          with_words(fmt::format("'{}' is behind single sign-on, and the token was not authorized for it",
                                 subjects.repository),
                     complaint),
          {{Recovery::authorize_token, complaint.subject}});
    default:
      return Error(ErrorCode::platform_denied,
                   with_words(fmt::format("'{}' at '{}': not found, or no access{}", subjects.repository,
                                          subjects.host, subjects.with_login),
                              complaint),
                   {{Recovery::check_url, web_url(repository)}, {Recovery::log_in, subjects.host}});
  }
}

Error refused(const Complaint& complaint, const Subjects& subjects) {
  const auto failure = [&](ErrorCode code, const std::string& message, std::vector<NextStep> steps) {
    return Error(code, with_words(message, complaint), std::move(steps));
  };
  switch (complaint.kind) {
    case Kind::moved:
      return failure(ErrorCode::redirected,
                     fmt::format("'{}' says that '{}' is at '{}' now, where no token of it is sent",
                                 subjects.host, subjects.repository, complaint.subject),
                     {{Recovery::check_url}});
    case Kind::nothing_to_merge:
      return failure(ErrorCode::nothing_to_merge,
                     fmt::format("'{}' finds nothing to merge in the branch", subjects.repository), {});
    case Kind::archived:
      return failure(ErrorCode::repository_archived,
                     fmt::format("'{}' is archived and takes no changes", subjects.repository),
                     {{Recovery::tell_upstream}});
    case Kind::quota:
      return failure(ErrorCode::quota_exceeded, fmt::format("a quota at '{}' is used up", subjects.host), {});
    case Kind::duplicate:
      return failure(ErrorCode::request_refused,
                     fmt::format("'{}' has an open request for this branch already", subjects.repository),
                     {});
    default:
      return failure(ErrorCode::request_refused, fmt::format("'{}' refuses the request", subjects.host), {});
  }
}

[[noreturn]] void throw_limit(const Complaint& complaint, const Subjects& subjects,
                              std::chrono::system_clock::time_point now) {
  const std::chrono::seconds wait = complaint.wait.value_or(std::chrono::seconds(0));
  const std::string until = iso_utc(std::chrono::ceil<std::chrono::seconds>(now + wait));
  throw net::PassingError(
      ErrorCode::rate_limited,
      with_words(fmt::format("'{}' was asked too often, and answers again after {}", subjects.host, until),
                 complaint),
      {{Recovery::wait_until, until}}, wait);
}

[[noreturn]] void throw_trouble(const Complaint& complaint, const Subjects& subjects) {
  throw net::PassingError(
      ErrorCode::platform_trouble,
      with_words(fmt::format("the interface of '{}' does not answer as it should", subjects.host), complaint),
      {{Recovery::retry}}, complaint.wait);
}

}  // namespace

void throw_complaint(const Complaint& complaint, const Repository& repository, const std::string& login,
                     std::chrono::system_clock::time_point now) {
  const Subjects subjects{repository.origin.host_and_port(), repository.full_name(),
                          login.empty() ? "" : fmt::format(" with the credentials from {}", login)};
  switch (complaint.kind) {
    case Kind::limit:
      throw_limit(complaint, subjects, now);
    case Kind::trouble:
      throw_trouble(complaint, subjects);
    case Kind::login:
    case Kind::access:
    case Kind::scope:
    case Kind::sso:
      throw denied(complaint, subjects, repository);
    default:
      throw refused(complaint, subjects);
  }
}

}  // namespace ddx::hosting
