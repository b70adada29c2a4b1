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

namespace {

using HashKey = std::array<unsigned char, crypto_shorthash_KEYBYTES>;

std::uint64_t hash_with(const HashKey& key, std::string_view bytes) {
  static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));
  std::uint64_t sum = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&sum),
                   reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), key.data());
  return sum;
}

HashKey random_key() {
  HashKey key{};
  crypto_shorthash_keygen(key.data());
  return key;
}

}  // namespace

std::uint64_t checksum(std::string_view bytes) {
  constexpr HashKey no_key{};
  return hash_with(no_key, bytes);
}

std::uint64_t secret_hash(std::string_view bytes) {
  static const HashKey key = random_key();
  return hash_with(key, bytes);
}

std::string sha256_hex(std::string_view bytes) { return fmt::format("{:02x}", fmt::join(sha256(bytes), "")); }

}  // namespace ddx
