#include "net/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace ddx::net {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds longest_wait{60};
constexpr milliseconds interrupt_tick{100};
/// Who was silent twice, for as long as the user wants to wait each time, will be so again.
constexpr int tries_of_silent = 2;

/// `time`, give or take a half, so that clients that failed together do not come back together.
milliseconds with_jitter(milliseconds time, Host& host) {
  const auto share = std::to_integer<milliseconds::rep>(host.random()[0]);  // 0 … 255
  return time / 2 + time * share / 255;
}

int tries_for(const RetryPolicy& policy, const PassingError& error) {
  return error.code() == ErrorCode::network_timeout ? std::min(policy.tries, tries_of_silent) : policy.tries;
}

}  // namespace

std::optional<milliseconds> delay_before_retry(const RetryPolicy& policy, int failed,
                                               const PassingError& error, Host& host) {
  if (failed >= tries_for(policy, error) || error.retry_after().value_or(longest_wait) > longest_wait)
    return std::nullopt;
  const milliseconds backoff = with_jitter(policy.first_delay * (1 << std::min(failed - 1, 10)), host);
  return std::max<milliseconds>(std::min<milliseconds>(backoff, longest_wait),
                                error.retry_after().value_or(std::chrono::seconds(0)));
}

void announce_retry(const RetryPolicy& policy, int failed, milliseconds delay, const PassingError& error,
                    Host& host) {
  host.events.note(fmt::format("{}; trying again in {} s ({} of {})", error.what(),
                               std::chrono::ceil<std::chrono::seconds>(delay).count(), failed + 1,
                               tries_for(policy, error)));
}

void wait(milliseconds time, Host& host) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  for (;;) {
    if (host.interrupted) throw Interrupted();
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) return;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, interrupt_tick));
  }
}

}  // namespace ddx::net
