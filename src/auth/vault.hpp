#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/login_record.hpp"
#include "auth/sealed_box.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// ddx's own store of logins: one file, encrypted with a passphrase, for where there is no keychain. Only the
/// origins stand in it in clear, so that nobody is asked for a passphrase in vain. Changes are atomic; two
/// processes at once do one after the other.
class Vault {
 public:
  enum class Asking { to_open, to_open_again, to_make };
  /// Gives the passphrase; again nothing, where another one cannot be had. \throws Error (vault_locked) where
  /// that is not possible
  using Passphrase = std::function<Secret(Asking asking)>;

  /// \param file  its folder is made when something is stored
  Vault(std::filesystem::path file, Passphrase passphrase, Host& host);

  /// Where the environment says that a user's vault is: `$XDG_DATA_HOME/ddx/vault`, or below
  /// `~/.local/share`. \throws Error (no_credential_store) where not even HOME is set
  [[nodiscard]] static std::filesystem::path default_file(const Host& host);

  [[nodiscard]] bool exists() const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// \throws Error (vault_damaged)
  [[nodiscard]] std::vector<std::string> origins();
  /// \throws Error (vault_damaged, vault_locked)
  [[nodiscard]] std::optional<LoginRecord> find(const std::string& origin);
  /// \throws Error (vault_damaged, vault_locked, busy, …)
  void store(const std::string& origin, const LoginRecord& record);
  /// \returns whether there was one
  bool remove(const std::string& origin);

 private:
  struct Content;
  [[nodiscard]] std::optional<SealedBox> read(std::vector<std::string>& origins);
  [[nodiscard]] Content open_content();
  [[nodiscard]] bool fits(const SealedBox& box) const;
  void get_key();
  void change(const std::function<void(Content&)>& edit);
  void write(const Content& content);

  std::filesystem::path file_;
  Passphrase passphrase_;
  Host& host_;
  std::optional<SealingKey> key_;  ///< of the file as it was read or written last
};

}  // namespace ddx::auth
