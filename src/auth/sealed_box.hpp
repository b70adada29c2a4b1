#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "ddx/secret.hpp"

namespace ddx::auth {

/// How a passphrase becomes a key, by Argon2id.
struct KeyRecipe {
  unsigned long long passes = 0;
  std::size_t memory_bytes = 0;
  std::string salt;

  /// libsodium's MODERATE, with a salt of its own.
  [[nodiscard]] static KeyRecipe fresh();
  /// Whether following it takes no more time and memory than ddx is willing to give.
  [[nodiscard]] bool is_sane() const;
  friend bool operator==(const KeyRecipe&, const KeyRecipe&) = default;
};

struct SealingKey {
  KeyRecipe recipe;
  Secret bytes;
};

/// \throws Error (vault_locked) when there is no memory for it
[[nodiscard]] SealingKey derive_key(const KeyRecipe& recipe, const Secret& passphrase);

/// A secret that was encrypted, by XSalsa20-Poly1305.
struct SealedBox {
  KeyRecipe recipe;
  std::string nonce, bytes;

  [[nodiscard]] bool is_sane() const;
};

[[nodiscard]] SealedBox seal(const Secret& content, const SealingKey& key);
/// \returns nothing if the key is another or the bytes were changed
[[nodiscard]] std::optional<Secret> open(const SealedBox& box, const SealingKey& key);

}  // namespace ddx::auth
