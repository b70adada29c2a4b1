#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace ddx {

namespace {

using namespace std::chrono;

/// Commits may claim any date; a year of four digits is all that the format can show.
constexpr sys_seconds first_shown = sys_days(year(0) / January / 1);
constexpr sys_seconds last_shown = sys_days(year(9999) / December / 31) + days(1) - seconds(1);

}  // namespace

std::string iso_utc(sys_seconds time) {
  time = std::clamp(time, first_shown, last_shown);
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string make_ulid(system_clock::time_point now, const std::array<std::byte, 10>& random) {
  static constexpr char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto milliseconds_now =
      static_cast<std::uint64_t>(duration_cast<milliseconds>(now.time_since_epoch()).count());
  std::string text;
  text.reserve(26);
  for (int shift = 45; shift >= 0; shift -= 5) text += digits[milliseconds_now >> shift & 31];
  for (std::size_t half : {0u, 5u}) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | std::to_integer<std::uint64_t>(random[half + i]);
    for (int shift = 35; shift >= 0; shift -= 5) text += digits[bits >> shift & 31];
  }
  return text;
}

}  // namespace ddx
