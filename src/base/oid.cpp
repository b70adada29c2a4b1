#include "ddx/oid.hpp"

#include <algorithm>
#include <cstring>

namespace ddx {

namespace {

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Oid> Oid::parse(std::string_view text) {
  std::array<std::uint8_t, 20> bytes{};
  if (text.size() != 2 * bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return Oid(bytes);
}

std::string Oid::str() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes_.size());
  for (const std::uint8_t byte : bytes_) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string Oid::short_str() const { return str().substr(0, 10); }

bool Oid::is_null() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace ddx

std::size_t std::hash<ddx::Oid>::operator()(const ddx::Oid& id) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, id.bytes().data(), sizeof value);  // SHA-1 is spread evenly already
  return value;
}
