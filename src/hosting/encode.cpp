#include "hosting/encode.hpp"

#include <fmt/format.h>

namespace ddx::hosting {

namespace {

std::string encode(std::string_view text, std::string_view plain_signs) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       plain_signs.find(c) != plain_signs.npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::string encoded(std::string_view text) { return encode(text, "-._~"); }
std::string encoded_path(std::string_view path) { return encode(path, "-._~/"); }

}  // namespace ddx::hosting
