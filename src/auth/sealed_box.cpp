#include "auth/sealed_box.hpp"

#include <sodium.h>

#include "ddx/error.hpp"

namespace ddx::auth {

namespace {

constexpr unsigned long long most_passes = 16;
constexpr std::size_t most_memory = std::size_t{1} << 30;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void start_sodium() {
  if (sodium_init() < 0) throw Error(ErrorCode::internal, "cannot start the encryption library");
}

/// Wiped when it goes.
class Wiped {
 public:
  explicit Wiped(std::size_t size) : bytes_(size, '\0') {}
  Wiped(const Wiped&) = delete;
  ~Wiped() { Secret::wipe(bytes_.data(), bytes_.size()); }
  [[nodiscard]] unsigned char* data() { return bytes_of(bytes_); }
  [[nodiscard]] Secret secret() const { return Secret(bytes_); }

 private:
  std::string bytes_;
};

const unsigned char* bytes_of(const SealingKey& key) { return bytes_of(key.bytes.reveal()); }

}  // namespace

KeyRecipe KeyRecipe::fresh() {
  start_sodium();
  KeyRecipe recipe{crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE, ""};
  recipe.salt.resize(crypto_pwhash_SALTBYTES);
  randombytes_buf(recipe.salt.data(), recipe.salt.size());
  return recipe;
}

bool KeyRecipe::is_sane() const {
  return passes >= crypto_pwhash_OPSLIMIT_MIN && passes <= most_passes &&
         memory_bytes >= crypto_pwhash_MEMLIMIT_MIN && memory_bytes <= most_memory &&
         salt.size() == crypto_pwhash_SALTBYTES;
}

SealingKey derive_key(const KeyRecipe& recipe, const Secret& passphrase) {
  start_sodium();
  Wiped key(crypto_secretbox_KEYBYTES);
  const std::string_view words = passphrase.reveal();
  if (crypto_pwhash(key.data(), crypto_secretbox_KEYBYTES, words.data(), words.size(), bytes_of(recipe.salt),
                    recipe.passes, recipe.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw Error(ErrorCode::vault_locked, "there is not enough memory to open the vault: it takes 256 MiB");
  return {recipe, key.secret()};
}

bool SealedBox::is_sane() const {
  return recipe.is_sane() && nonce.size() == crypto_secretbox_NONCEBYTES &&
         bytes.size() >= crypto_secretbox_MACBYTES;
}

SealedBox seal(const Secret& content, const SealingKey& key) {
  start_sodium();
  SealedBox box{key.recipe, "", ""};
  box.nonce.resize(crypto_secretbox_NONCEBYTES);
  randombytes_buf(box.nonce.data(), box.nonce.size());
  const std::string_view plain = content.reveal();
  box.bytes.resize(plain.size() + crypto_secretbox_MACBYTES);
  crypto_secretbox_easy(bytes_of(box.bytes), bytes_of(plain), plain.size(), bytes_of(box.nonce),
                        bytes_of(key));
  return box;
}

std::optional<Secret> open(const SealedBox& box, const SealingKey& key) {
  start_sodium();
  Wiped plain(box.bytes.size() - crypto_secretbox_MACBYTES);
  if (crypto_secretbox_open_easy(plain.data(), bytes_of(box.bytes), box.bytes.size(), bytes_of(box.nonce),
                                 bytes_of(key)) != 0)
    return std::nullopt;
  return plain.secret();
}

}  // namespace ddx::auth
