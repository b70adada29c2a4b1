#include "base/sha256.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_shorthash.h>

namespace ddx {

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return digest;
}

std::uint64_t checksum(std::string_view bytes) {
  static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));
  constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> no_key{};
  std::uint64_t sum = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&sum),
                   reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), no_key.data());
  return sum;
}

std::string sha256_hex(std::string_view bytes) { return fmt::format("{:02x}", fmt::join(sha256(bytes), "")); }

}  // namespace ddx
