#pragma once

#include <git2.h>

#include <exception>
#include <memory>

#include "ddx/host.hpp"
#include "git/upstream_repository.hpp"
#include "git/user_settings.hpp"

namespace ddx::git {

/// What one conversation with an upstream carries through libgit2's callbacks. An exception must not cross C:
/// it is parked here and thrown again outside, because it is the cause of whatever libgit2 then reports.
struct FetchCall {
  const FetchOptions& options;
  Host& host;
  std::exception_ptr failure = {};
};

/// Runs the body of a callback. \returns its result, or GIT_EUSER when it threw
template <class Body>
int guarded(FetchCall& call, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    call.failure = std::current_exception();
    return GIT_EUSER;
  }
}

/// git's settings that count for a fetch.
[[nodiscard]] std::shared_ptr<const UserSettings> settings_of(const FetchOptions& options, const Host& host);

/// The advertisement of refs is cut off here: far above any real one (REL D12).
inline constexpr std::size_t advertisement_limit_bytes = 64u << 20;

/// The server says in git's own protocol that it goes no further.
[[noreturn]] void throw_refused(const UpstreamUrl& url, const std::string& words);

/// The advertisement, or all of a pack's answer, is out of all measure.
[[noreturn]] void throw_too_many_refs(const std::string& upstream);
[[noreturn]] void throw_pack_too_big(const std::string& upstream, std::uint64_t limit_bytes);

}  // namespace ddx::git
