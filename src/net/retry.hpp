#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "ddx/error.hpp"
#include "ddx/host.hpp"

namespace ddx::net {

/// A failure that may be gone at the next try: a lost connection, a timeout, a server that is busy.
class PassingError : public Error {
 public:
  PassingError(ErrorCode code, const std::string& message, std::vector<NextStep> steps,
               std::optional<std::chrono::seconds> retry_after = {})
      : Error(code, message, std::move(steps)), retry_after_(retry_after) {}
  /// What the server asked for.
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }

 private:
  std::optional<std::chrono::seconds> retry_after_;
};

struct RetryPolicy {
  int tries = 4;                                 ///< in all; two where it was silence
  std::chrono::milliseconds first_delay{1'000};  ///< doubled each time, give or take a half
};

/// How long to wait before the next try, `failed` of them being over. \returns nothing if there is no point
/// in it: none is left, or the server wants us to stay away for longer than a person waits.
[[nodiscard]] std::optional<std::chrono::milliseconds> delay_before_retry(const RetryPolicy& policy,
                                                                          int failed,
                                                                          const PassingError& error,
                                                                          Host& host);

/// Says that there is another try, why, and when.
void announce_retry(const RetryPolicy& policy, int failed, std::chrono::milliseconds delay,
                    const PassingError& error, Host& host);

/// \throws Interrupted
void wait(std::chrono::milliseconds time, Host& host);

/// Runs `body` until it succeeds, fails for good, or all tries are used up.
template <class Body>
auto with_retries(const RetryPolicy& policy, Host& host, Body body) {
  for (int failed = 1;; ++failed) {
    std::optional<std::chrono::milliseconds> delay;
    try {
      return body();
    } catch (const PassingError& error) {
      delay = delay_before_retry(policy, failed, error, host);
      if (!delay) throw;
      announce_retry(policy, failed, *delay, error, host);
    }
    wait(*delay, host);
  }
}

}  // namespace ddx::net
