#pragma once

#include <optional>
#include <string>

#include "ddx/secret.hpp"

namespace ddx::auth {

/// A secret that was encrypted with a passphrase: Argon2id makes the key of it, XSalsa20-Poly1305 encrypts.
struct SealedBox {
  unsigned long long passes = 0;  ///< of Argon2id
  std::size_t memory_bytes = 0;
  std::string salt, nonce, bytes;

  /// Whether the sizes are right, and opening it takes no more time and memory than ddx is willing to give.
  [[nodiscard]] bool is_sane() const;
};

/// \throws Error (vault_locked) when there is no memory for it
[[nodiscard]] SealedBox seal(const Secret& content, const Secret& passphrase);
/// \returns nothing if the passphrase is wrong or the bytes were changed
[[nodiscard]] std::optional<Secret> open(const SealedBox& box, const Secret& passphrase);

}  // namespace ddx::auth
