#include "git/error.hpp"

#include <fmt/format.h>
#include <git2.h>

#include <cerrno>
#include <system_error>

#include "base/system_failure.hpp"

namespace ddx::git {

namespace {

/// libgit2 does not tell the number of a failed system call, but ends the message with the system's words for
/// it.
Error system_failure(const std::string& message) {
  for (const int number : {ENOSPC, EDQUOT, EFBIG, EACCES, EPERM, EROFS}) {
    const std::error_code reason(number, std::generic_category());
    const std::string ending = ": " + reason.message();
    if (!message.ends_with(ending)) continue;
    const std::string doing = message.substr(0, message.size() - ending.size());
    return to_error(std::system_error(reason, doing), Aftermath::nothing_changed);
  }
  return {ErrorCode::io, message};
}

}  // namespace

std::string_view last_message() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message : "unknown reason";
}

void check(int code, std::string_view doing) {
  if (code >= 0) return;
  const std::string message = fmt::format("cannot {}: {}", doing, last_message());
  switch (code) {
    case GIT_ELOCKED:
      throw Error(ErrorCode::git_busy, message, {{Recovery::retry}});
    case GIT_EOWNER:
      throw Error(ErrorCode::unsupported_repository, message, {{Recovery::check_permissions}});
    case GIT_EMODIFIED:
      throw Error(ErrorCode::raced, message, {{Recovery::retry}});
    default:
      break;
  }
  const git_error* error = git_error_last();
  if (last_message().find("unsupported mandatory extension") != std::string_view::npos)
    throw Error(ErrorCode::unsupported_repository, message + " (a split or sparse index)");
  if (error != nullptr && error->klass == GIT_ERROR_OS) throw system_failure(message);
  if (error != nullptr && error->klass == GIT_ERROR_NOMEMORY) throw Error(ErrorCode::io, message);
  throw Error(ErrorCode::repository_damaged, message, {{Recovery::run_doctor}});
}

}  // namespace ddx::git
