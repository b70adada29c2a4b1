#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/login_record.hpp"
#include "auth/vault.hpp"
#include "ddx/host.hpp"
#include "platform/keychain.hpp"

namespace ddx::auth {

/// Where `ddx auth login` keeps what it got: the keychain, or the vault. One object for a command, so that
/// the keychain is looked at once and the passphrase is asked for once.
class LoginStore {
 public:
  /// \param host  outlives it
  explicit LoginStore(Host& host);
  LoginStore(std::unique_ptr<Keychain> keychain, Host& host);

  [[nodiscard]] Keychain& keychain() { return *keychain_; }
  [[nodiscard]] Vault& vault();

  struct Place {
    enum class Kind { keychain, vault };
    Kind kind;
    std::string name;  ///< for people: "Secret Service", or the vault's file
  };
  /// Into the keychain where there is an open one, else into the vault where that exists or can be made;
  /// never in plain text. A login for the same origin in the other place goes.
  /// \param only_vault  `--vault`
  /// \throws Error (no_credential_store, keychain_locked, vault_locked, vault_damaged)
  Place store(const Origin& origin, const LoginRecord& record, bool only_vault);
  struct Kept {
    LoginRecord record;
    Place place;
  };
  /// What is kept for an origin.
  /// \throws Error (vault_locked, vault_damaged; keychain_locked if there is none, but one may be in there)
  [[nodiscard]] std::optional<Kept> find(const Origin& origin);
  /// \returns the places it was removed from
  /// \throws Error (keychain_locked) if there is none, but one may be in the keychain
  std::vector<Place> remove(const Origin& origin);

  [[nodiscard]] std::vector<std::string> origins_in_keychain();

 private:
  [[nodiscard]] std::optional<Secret> kept_in_keychain(const std::string& key);
  bool remove_from_keychain(const std::string& key);
  [[nodiscard]] Secret passphrase(Vault::Asking asking);
  [[nodiscard]] bool can_give_passphrase();

  Host& host_;
  std::unique_ptr<Keychain> keychain_;
  std::optional<Vault> vault_;
};

}  // namespace ddx::auth
