#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"

namespace ddx {

/// The server that a login is for.
struct LoginTarget {
  Origin origin;
  std::string path;              ///< of the upstream's repository there; empty where it has none
  std::filesystem::path folder;  ///< where git's settings are read
  bool is_upstream = false;      ///< the configured one: what `DDX_TOKEN` is for
};

/// \param named  `github.com`, `host:8443`, `https://host`; empty: the configured upstream's
/// \throws Error (usage, no_config, config_invalid, url_refused for plain HTTP to another machine)
[[nodiscard]] LoginTarget login_target(const std::string& named, Host& host);

/// What a server says about a credential.
struct Account {
  enum class Verdict {
    good,
    refused,
    unchecked,  ///< the platform is not known, or has no way to ask
  };
  enum class Repository { readable, denied, unasked };

  Verdict verdict = Verdict::unchecked;
  std::string platform;  ///< "GitHub"; empty: not known
  std::string user;      ///< empty: it did not say
  std::optional<std::vector<std::string>> scopes = {};
  std::vector<std::string> missing = {};  ///< scopes that ddx needs
  std::optional<std::chrono::sys_seconds> expires = {};
  std::string authorize_at = {};  ///< a page, where the token still has to be authorized for an organization
  std::string said = {};          ///< the server's reason for a refusal; to be sanitized
  Repository repository = Repository::unasked;

  /// Whether ddx can work with it, as far as could be found out.
  [[nodiscard]] bool will_do() const;
};

struct LoginRequest {
  bool device = false;  ///< log in with a browser, elsewhere if need be
  bool vault = false;   ///< keep it in the vault, whatever else there is
};

struct LoginReport {
  Origin origin;
  Account account;
  std::string kept_in;                ///< "Secret Service", or the vault's file
  std::optional<std::string> revoke;  ///< `rotate_login` only: the page where the old token is revoked
};

/// Takes a token from `Host::token`, the person or the browser, asks the platform about it, and keeps it
/// encrypted. \throws Error (auth_failed, auth_required, login_ended, no_credential_store, keychain_locked,
/// vault_*, network, …): nothing was kept
LoginReport log_in(const LoginTarget& target, const LoginRequest& request, Host& host);

/// The same in place of a login that is kept already, and in the same place.
/// \throws Error (auth_required) if there is none; as `log_in`
LoginReport rotate_login(const LoginTarget& target, const LoginRequest& request, Host& host);

struct LogoutReport {
  Origin origin;
  std::vector<std::string> removed_from;  ///< empty: nothing was kept
  std::string still_given_by;             ///< another source that has a credential for it; empty: none
};

LogoutReport log_out(const LoginTarget& target, Host& host);

struct AuthStatus {
  Origin origin;
  std::string source;              ///< where credentials would come from; empty: there are none
  std::string username;            ///< empty: not known without opening the source
  std::vector<std::string> tried;  ///< why the sources before it have none
};

/// Contacts no server and asks nobody.
AuthStatus auth_status(const LoginTarget& target, Host& host);

struct AuthTest {
  Origin origin;
  std::string source;  ///< empty: there is no login, and none is needed to read the upstream
  Account account;
  std::vector<std::string> refused;  ///< sources before it, whose credentials the server did not take
};

/// Takes the credential that a pull would take and asks the server about it; after a refusal the next, as a
/// pull does. What the repository refuses is given back to git's helpers to forget.
/// \throws Error (auth_required) if there is none; Error (network, …)
AuthTest test_login(const LoginTarget& target, Host& host);

/// A credential for a host that is known, and where it is.
struct KnownLogin {
  std::string host;  ///< as `Origin::str` has it, or a part of it that a variable's name shows
  std::string source;
};

struct LoginList {
  std::vector<KnownLogin> logins;
  std::string locked_keychain;  ///< whose logins are not among them; empty: none is locked
};

/// Logins that are kept, and variables that are set. Never a secret; asks nobody for a passphrase.
LoginList list_logins(Host& host);

}  // namespace ddx
