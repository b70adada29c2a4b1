#include "net/retry.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/test_host.hpp"

using namespace ddx;
using namespace std::chrono_literals;
using net::PassingError;
using net::RetryPolicy;

namespace {

PassingError busy(std::optional<std::chrono::seconds> retry_after = {}) {
  return {ErrorCode::server_error, "busy", {{Recovery::retry}}, retry_after};
}

}  // namespace

TEST_CASE("waits double, give or take a half", "[net][retry]") {
  test::TestHost host;
  for (const auto& [failed, plain] : {std::pair{1, 1000ms}, std::pair{2, 2000ms}, std::pair{3, 4000ms}}) {
    const auto delay = net::delay_before_retry({4, 1000ms}, failed, busy(), host);
    REQUIRE(delay.has_value());
    CHECK(*delay >= plain / 2);
    CHECK(*delay <= plain * 3 / 2);
  }
}

TEST_CASE("no wait is longer than a minute", "[net][retry]") {
  test::TestHost host;
  CHECK(net::delay_before_retry({100, 1000ms}, 50, busy(), host) == 60s);
}

TEST_CASE("what the server asks for is honoured up to a minute", "[net][retry]") {
  test::TestHost host;
  CHECK(net::delay_before_retry({4, 1ms}, 1, busy(60s), host) == 60s);
  CHECK_FALSE(net::delay_before_retry({4, 1ms}, 1, busy(61s), host).has_value());
}

TEST_CASE("the last try is the last", "[net][retry]") {
  test::TestHost host;
  int calls = 0;
  CHECK_THROWS_AS(net::with_retries({3, 0ms}, host,
                                    [&]() -> int {
                                      ++calls;
                                      throw busy();
                                    }),
                  PassingError);
  CHECK(calls == 3);
}

TEST_CASE("who is silent is asked twice at most", "[net][retry]") {
  test::TestHost host;
  const PassingError silent(ErrorCode::network_timeout, "silent", {{Recovery::retry}});
  CHECK(net::delay_before_retry({4, 1ms}, 1, silent, host).has_value());
  CHECK_FALSE(net::delay_before_retry({4, 1ms}, 2, silent, host).has_value());
  CHECK_FALSE(net::delay_before_retry({1, 1ms}, 1, silent, host).has_value());
}

TEST_CASE("each further try is told with its reason, its wait and its number", "[net][retry]") {
  test::TestHost host;
  net::announce_retry({4, 1000ms}, 1, 1600ms, busy(), host);
  CHECK(host.notes == std::vector<std::string>{"busy; trying again in 2 s (2 of 4)"});
}

TEST_CASE("a failure that does not pass is not tried again", "[net][retry]") {
  test::TestHost host;
  int calls = 0;
  CHECK_THROWS_AS(net::with_retries({3, 0ms}, host,
                                    [&]() -> int {
                                      ++calls;
                                      throw Error(ErrorCode::tls, "no");
                                    }),
                  Error);
  CHECK(calls == 1);
}

TEST_CASE("a success after a failure counts", "[net][retry]") {
  test::TestHost host;
  int calls = 0;
  CHECK(net::with_retries({3, 0ms}, host, [&] {
          if (++calls < 3) throw busy();
          return calls;
        }) == 3);
}

TEST_CASE("an interrupt ends the wait", "[net][retry]") {
  test::TestHost host;
  host.interrupted = true;
  CHECK_THROWS_AS(net::wait(1h, host), Interrupted);
}
