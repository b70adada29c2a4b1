#include "cli/when.hpp"

#include <array>
#include <charconv>

#include "base/time.hpp"

namespace ddx::cli {

namespace {

using namespace std::chrono;

struct Unit {
  std::string_view name;
  seconds length;
};

constexpr std::array units{Unit{"second", seconds(1)}, Unit{"minute", minutes(1)}, Unit{"hour", hours(1)},
                           Unit{"day", days(1)}, Unit{"week", weeks(1)}};

/// `N UNIT ago`
std::optional<seconds> parse_ago(std::string_view text) {
  constexpr unsigned most = 1'000'000;
  constexpr std::string_view suffix = " ago";
  if (!text.ends_with(suffix)) return std::nullopt;
  text.remove_suffix(suffix.size());
  unsigned count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc() || count > most) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with(' ')) return std::nullopt;
  text.remove_prefix(1);
  if (text.ends_with('s')) text.remove_suffix(1);
  for (const Unit& unit : units) {
    if (text == unit.name) return count * unit.length;
  }
  return std::nullopt;
}

}  // namespace

std::optional<sys_seconds> parse_when(std::string_view text, sys_seconds now, OfDay day) {
  constexpr std::size_t length_of_a_date = 10;
  if (const auto ago = parse_ago(text)) return now - *ago;
  const auto time = parse_iso(text);
  if (time && day == OfDay::end && text.size() == length_of_a_date) return *time + days(1) - seconds(1);
  return time;
}

}  // namespace ddx::cli
