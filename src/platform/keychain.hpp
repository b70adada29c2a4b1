#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "ddx/secret.hpp"

namespace ddx {

/// The store for secrets that the user's desktop has: encrypted, and open while they are logged in. Whatever
/// ddx keeps there is found by a key, its own namespace being the keychain's.
class Keychain {
 public:
  enum class State {
    open,
    locked,  ///< it answers only after somebody unlocked it
    absent,  ///< there is none, it does not answer, or has no place for new secrets
  };
  enum class Unlocking {
    forbidden,
    allowed,  ///< somebody is there to whom it may show a window
  };

  virtual ~Keychain() = default;
  /// For people: "Secret Service".
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual State state() = 0;
  /// Why it is absent, in the words of the system.
  [[nodiscard]] virtual std::string reason() const = 0;

  // What follows throws KeychainError, and needs an open one.

  [[nodiscard]] virtual std::optional<Secret> find(const std::string& key) = 0;
  /// \param label  for the keychain's own window
  virtual void store(const std::string& key, const std::string& label, const Secret& secret) = 0;
  /// \returns whether there was one
  virtual bool remove(const std::string& key) = 0;
  [[nodiscard]] virtual std::vector<std::string> keys() = 0;
};

class KeychainError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// This system's keychain. Nothing is asked of it before the first call.
/// \param limit  for each call, unless somebody has to unlock it
[[nodiscard]] std::unique_ptr<Keychain> make_keychain(
    Keychain::Unlocking unlocking, std::chrono::milliseconds limit = std::chrono::seconds(3));

}  // namespace ddx
