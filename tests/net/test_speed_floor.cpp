#include "net/speed_floor.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace std::chrono_literals;
using ddx::net::SpeedFloor;

TEST_CASE("a trickle is below the floor after a whole stretch of it", "[net][floor]") {
  SpeedFloor floor(20, 60s);
  SpeedFloor::Time now{};
  CHECK_FALSE(floor.is_below(8, now));
  for (int i = 1; i < 120; ++i) CHECK_FALSE(floor.is_below(8, now + i * 500ms));
  CHECK(floor.is_below(8, now + 60s));
}

TEST_CASE("a slow line is not below the floor, nor one that was fast a moment ago", "[net][floor]") {
  SpeedFloor floor(20, 60s);
  SpeedFloor::Time now{};
  CHECK_FALSE(floor.is_below(1'000, now));
  CHECK_FALSE(floor.is_below(300, now + 70s));
  CHECK_FALSE(floor.is_below(8, now + 80s));
  CHECK(floor.is_below(8, now + 131s));
}

TEST_CASE("a floor of no time lets everything through", "[net][floor]") {
  SpeedFloor floor(20, 0s);
  CHECK_FALSE(floor.is_below(0, SpeedFloor::Time{} + 1h));
}
