#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace ddx {

namespace {

using namespace std::chrono;

constexpr std::string_view ulid_digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Commits may claim any date; a year of four digits is all that the format can show.
constexpr sys_seconds first_shown = sys_days(year(0) / January / 1);
constexpr sys_seconds last_shown = sys_days(year(9999) / December / 31) + days(1) - seconds(1);

/// Takes a number of exactly so many digits off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  unsigned number = 0;
  for (const char digit : text.substr(0, digits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = 10 * number + static_cast<unsigned>(digit - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<sys_days> take_date(std::string_view& text) {
  const auto y = take_number(text, 4);
  if (!y || !take(text, "-")) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take(text, "-")) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date(year(static_cast<int>(*y)), month(*m), day(*d));
  return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

/// `HH:MM` or `HH:MM:SS`
std::optional<seconds> take_clock(std::string_view& text) {
  const auto h = take_number(text, 2);
  if (!h || *h > 23 || !take(text, ":")) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || *m > 59) return std::nullopt;
  const auto s = take(text, ":") ? take_number(text, 2) : std::optional(0U);
  if (!s || *s > 60) return std::nullopt;
  return hours(*h) + minutes(*m) + seconds(*s);
}

/// How far a zone is ahead of UTC.
std::optional<seconds> take_zone(std::string_view& text) {
  if (text.empty() || take(text, "Z")) return seconds(0);
  const bool behind = text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const auto offset = take_clock(text);
  if (!offset) return std::nullopt;
  return behind ? -*offset : *offset;
}

}  // namespace

std::optional<sys_seconds> parse_iso(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  if (text.empty()) return *date;
  if (!take(text, "T ")) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  return *date + *clock - *zone;
}

std::string iso_utc(sys_seconds time) {
  time = std::clamp(time, first_shown, last_shown);
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<sys_seconds> parse_moment(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() != 10 && text.size() != 16 && text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == 'd' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  const year_month_day date(year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2))));
  if (!date.ok()) return std::nullopt;
  if (text.size() == 10) return sys_days(date) + days(1) - seconds(1);
  const int of_hour = number(11, 2), of_minute = number(14, 2);
  const int of_second = text.size() == shape.size() ? number(17, 2) : 0;
  if (of_hour > 23 || of_minute > 59 || of_second > 59) return std::nullopt;
  return sys_days(date) + hours(of_hour) + minutes(of_minute) + seconds(of_second);
}

std::optional<sys_seconds> ulid_time(std::string_view ulid) {
  constexpr std::size_t time_digits = 10, all_digits = 26;
  if (ulid.size() != all_digits) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : ulid.substr(0, time_digits)) {
    const std::size_t digit = ulid_digits.find(c);
    if (digit == ulid_digits.npos) return std::nullopt;
    value = value * 32 + static_cast<std::int64_t>(digit);
  }
  return floor<seconds>(sys_time<milliseconds>(milliseconds(value)));
}

std::string make_ulid(system_clock::time_point now, const std::array<std::byte, 10>& random) {
  const auto milliseconds_now =
      static_cast<std::uint64_t>(duration_cast<milliseconds>(now.time_since_epoch()).count());
  std::string text;
  text.reserve(26);
  for (int shift = 45; shift >= 0; shift -= 5) text += ulid_digits[milliseconds_now >> shift & 31];
  for (std::size_t half : {0u, 5u}) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | std::to_integer<std::uint64_t>(random[half + i]);
    for (int shift = 35; shift >= 0; shift -= 5) text += ulid_digits[bits >> shift & 31];
  }
  return text;
}

}  // namespace ddx
