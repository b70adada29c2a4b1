#include "config/ref_component.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"

namespace ddx {

namespace {

/// Leaves room below the 255 bytes of a file name for what git appends (`.lock`).
constexpr std::size_t length_limit = 200;
constexpr std::size_t digest_length = 16;

bool is_plain(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '-' || byte == '_' || static_cast<unsigned char>(byte) >= 0x80;
}

/// git refuses a dot at the ends, two in a row, and `.lock` at the end.
bool is_allowed_dot(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  return at > 0 && rest.size() > 1 && text[at - 1] != '.' && rest != ".lock";
}

std::string shortened(std::string name, std::string_view text) {
  std::size_t keep = length_limit - digest_length - 1;
  while ((static_cast<unsigned char>(name[keep]) & 0xC0) == 0x80) --keep;
  name.resize(keep);
  return fmt::format("{}={}", name, sha256_hex(text).substr(0, digest_length));
}

}  // namespace

std::string ref_component(std::string_view text, std::string_view reserved) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    const bool mistaken = i == 0 && (byte == '-' || text == reserved);
    if (byte == '/') {
      name += '+';
    } else if (!mistaken && (is_plain(byte) || (byte == '.' && is_allowed_dot(text, i)))) {
      name += byte;
    } else {
      fmt::format_to(std::back_inserter(name), "%{:02X}",
                     static_cast<unsigned>(static_cast<unsigned char>(byte)));
    }
  }
  return name.size() > length_limit ? shortened(std::move(name), text) : name;
}

}  // namespace ddx
