#include "git/fetch_call.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "net/retry.hpp"

namespace ddx::git {

std::shared_ptr<const UserSettings> settings_of(const FetchOptions& options, const Host& host) {
  if (options.settings) return options.settings;
  return std::make_shared<UserSettings>(UserSettings::open(options.relative_to, host));
}

void throw_refused(const UpstreamUrl& url, const std::string& words) {
  if (url.kind() == UpstreamUrl::Kind::local)
    throw Error(ErrorCode::upstream_damaged, fmt::format("git cannot serve '{}': {}", url.str(), words),
                {{Recovery::tell_upstream}});
  const std::string message = fmt::format("'{}' refuses: {}", url.host(), words);
  // A branch that moved between the two halves of the conversation.
  if (words.find("not our ref") != words.npos)
    throw net::PassingError(ErrorCode::server_error, message, {{Recovery::retry}});
  throw Error(ErrorCode::server_error, message, {{Recovery::check_url, url.str()}});
}

void throw_too_many_refs(const std::string& upstream) {
  throw Error(ErrorCode::upstream_too_big, fmt::format("'{}' has too many branches and tags", upstream),
              {{Recovery::tell_upstream}});
}

void throw_pack_too_big(const std::string& upstream, std::uint64_t limit_bytes) {
  throw Error(ErrorCode::upstream_too_big,
              fmt::format("'{}' sends more than {} MiB", upstream, limit_bytes >> 20),
              {{Recovery::tell_upstream}});
}

}  // namespace ddx::git
