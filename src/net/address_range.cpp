#include "net/address_range.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ddx::net {

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t v6_bytes = 16;

std::optional<unsigned> number(std::string_view text, int base, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > most)
    return std::nullopt;
  return value;
}

/// The parts of a text, or nothing where one is no number of this kind.
std::optional<std::vector<unsigned>> numbers(std::string_view text, char separator, int base, unsigned most) {
  std::vector<unsigned> values;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const auto value = number(text.substr(0, end), base, most);
    if (!value || end + 1 == text.size()) return std::nullopt;
    values.push_back(*value);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

std::optional<Bytes> parse_v4(std::string_view text) {
  const auto parts = numbers(text, '.', 10, 0xff);
  if (!parts || parts->size() != 4) return std::nullopt;
  return Bytes(parts->begin(), parts->end());
}

std::optional<Bytes> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  const auto before = numbers(text.substr(0, gap), ':', 16, 0xffff);
  const auto after = numbers(gap == text.npos ? "" : text.substr(gap + 2), ':', 16, 0xffff);
  if (!before || !after) return std::nullopt;
  const std::size_t given = 2 * (before->size() + after->size());
  if (gap == text.npos ? given != v6_bytes : given >= v6_bytes) return std::nullopt;
  Bytes bytes;
  const auto add = [&](const std::vector<unsigned>& groups) {
    for (const unsigned group : groups) {
      bytes.push_back(static_cast<std::uint8_t>(group >> 8));
      bytes.push_back(static_cast<std::uint8_t>(group & 0xff));
    }
  };
  add(*before);
  bytes.resize(v6_bytes - 2 * after->size());
  add(*after);
  return bytes;
}

std::optional<Bytes> parse_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return text.find(':') == text.npos ? parse_v4(text) : parse_v6(text);
}

}  // namespace

bool is_in_range(std::string_view address, std::string_view range) {
  const std::size_t slash = range.find('/');
  if (slash == range.npos) return false;
  const auto wanted = parse_address(address), first = parse_address(range.substr(0, slash));
  if (!wanted || !first || wanted->size() != first->size()) return false;
  const auto bits = number(range.substr(slash + 1), 10, static_cast<unsigned>(8 * first->size()));
  if (!bits) return false;
  for (unsigned bit = 0; bit < *bits; ++bit) {
    const unsigned mask = 0x80u >> (bit % 8);
    if (((*wanted)[bit / 8] & mask) != ((*first)[bit / 8] & mask)) return false;
  }
  return true;
}

}  // namespace ddx::net
