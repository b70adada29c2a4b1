#include <fmt/format.h>

#include <algorithm>

#include "auth/askpass_source.hpp"
#include "auth/credential_failure.hpp"
#include "auth/examine_login.hpp"
#include "auth/header_login.hpp"
#include "auth/login_store.hpp"
#include "auth/make_chain.hpp"
#include "auth/platform_api.hpp"
#include "auth/token_text.hpp"
#include "auth/variables.hpp"
#include "base/redaction.hpp"
#include "ddx/auth.hpp"
#include "ddx/error.hpp"
#include "platform/system.hpp"

namespace ddx {

namespace {

auth::ChainScope scope_of(const LoginTarget& target, const Host& host) {
  return {target.is_upstream ? std::optional(target.origin) : std::nullopt, target.folder,
          std::make_shared<git::UserSettings>(git::UserSettings::open(target.folder, host))};
}

/// Takes what a chain has, without asking it for more.
bool look(CredentialProvider& chain, const LoginTarget& target, AuthStatus& status) {
  const auto credential = chain.next({target.origin, target.path, {}});
  const std::vector<std::string> tried = chain.tried();
  status.tried.insert(status.tried.end(), tried.begin(), tried.end());
  if (!credential) return false;
  status.source = credential->source;
  status.username = credential->username;
  return true;
}

bool look_into_vault(const LoginTarget& target, Host& host, AuthStatus& status) {
  auth::LoginStore store(host);
  const std::vector<std::string> origins = store.vault().origins();
  if (std::find(origins.begin(), origins.end(), target.origin.str()) == origins.end()) {
    status.tried.push_back(store.vault().exists()
                               ? fmt::format("vault: it has nothing for '{}'", target.origin.host_and_port())
                               : "vault: there is none");
    return false;
  }
  status.source = "vault";
  return true;
}

/// None where there is not even a place for a vault.
std::vector<std::string> origins_in_vault(auth::LoginStore& store) {
  try {
    return store.vault().origins();
  } catch (const Error& failure) {
    if (failure.code() != ErrorCode::no_credential_store) throw;
    return {};
  }
}

std::string join(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "; ") + line;
  return all;
}

/// Tries credentials at a server one after the other, as a fetch does.
class LoginTest {
 public:
  LoginTest(const LoginTarget& target, Host& host)
      : target_(target),
        host_(host),
        scope_(scope_of(target, host)),
        platform_(auth::detect_platform(target.origin, host)),
        challenges_(auth::challenges_of(target.origin, target.path, host)) {}

  AuthTest run() {
    if (!host_.token.empty()) return handed_over();
    std::optional<AuthTest> last = by_header();
    if (last && !goes_on_after_header(last->account)) return std::move(*last);
    const auto chain = auth::make_chain(scope_, host_);
    const CredentialProvider::Request request{target_.origin, target_.path, challenges_};
    while (auto credential = next(*chain, request, last.has_value())) {
      if (last) refused_.push_back(last->source);
      last = examined(*credential);
      if (!was_refused_by_git(last->account)) break;
      chain->rejected(request, *credential);
    }
    if (!last && auth::is_public(target_.origin, target_.path, host_)) return without_login();
    if (!last)
      throw Error(ErrorCode::auth_required,
                  fmt::format("there is no login for '{}' ({})", target_.origin.host_and_port(),
                              join(chain->tried())),
                  {{Recovery::log_in, target_.origin.host_and_port()}, {Recovery::set_token}});
    last->refused = std::move(refused_);
    return std::move(*last);
  }

 private:
  /// \param has_refused  something was found before, which is worth more than why the next place has nothing
  std::optional<Credential> next(CredentialProvider& chain, const CredentialProvider::Request& request,
                                 bool has_refused) {
    try {
      return chain.next(request);
    } catch (const Error& failure) {
      if (!has_refused) throw;
      host_.events.warning(failure.what());
      return std::nullopt;
    }
  }

  AuthTest examined(const Credential& credential) {
    return {target_.origin,
            credential.source,
            auth::examine_login(platform_, target_, credential, challenges_, host_),
            {}};
  }

  [[nodiscard]] AuthTest without_login() const {
    Account account;
    account.repository = Account::Repository::readable;
    return {target_.origin, "", std::move(account), {}};
  }

  AuthTest handed_over() {
    keep_memory_private();
    Credential credential = auth::token_credential(
        platform_, auth::checked_token(host_.token, host_.token_source), "", challenges_);
    credential.source = "--token-stdin";
    remember_secret(credential.username, credential.secret);
    return examined(credential);
  }

  std::optional<AuthTest> by_header() {
    const auto header = auth::header_login(*scope_.settings, {target_.origin, target_.path, challenges_});
    if (!header) return std::nullopt;
    if (header->credential) return examined(*header->credential);
    throw Error(ErrorCode::auth_required,
                fmt::format("the login for '{}' in git's setting '{}' is of a kind that cannot be tested",
                            target_.origin.host_and_port(), auth::HeaderLogin::name),
                {{Recovery::see_help, "auth"}});
  }

  /// Only what git itself is refused is taken back from whoever gave it.
  static bool was_refused_by_git(const Account& account) {
    return account.verdict == Account::Verdict::refused && account.repository == Account::Repository::denied;
  }
  static bool goes_on_after_header(const Account& account) {
    return account.repository == Account::Repository::denied;
  }

  const LoginTarget& target_;
  Host& host_;
  auth::ChainScope scope_;
  auth::Platform platform_;
  std::vector<std::string> challenges_;
  std::vector<std::string> refused_;
};

}  // namespace

AuthStatus auth_status(const LoginTarget& target, Host& host) {
  Host quiet = host;
  quiet.person = nullptr;
  AuthStatus status{target.origin, "", "", {}};
  const auth::ChainScope scope = scope_of(target, host);
  if (const auto header = auth::header_login(*scope.settings, {target.origin, target.path, {}})) {
    status.source = auth::HeaderLogin::name;
    if (header->credential) status.username = header->credential->username;
    return status;
  }
  const auto before = auth::make_quiet_chain(scope, auth::LoginStep::before_vault, quiet);
  if (look(*before, target, status) || look_into_vault(target, quiet, status)) return status;
  const auto after = auth::make_quiet_chain(scope, auth::LoginStep::after_vault, quiet);
  if (look(*after, target, status)) return status;
  if (const std::string askpass = auth::askpass_program(*scope.settings, host); !askpass.empty())
    status.source = fmt::format("askpass '{}'", auth::helper_name(askpass));
  return status;
}

LogoutReport log_out(const LoginTarget& target, Host& host) {
  LogoutReport report{target.origin, {}, ""};
  auth::LoginStore store(host);
  for (const auto& place : store.remove(target.origin)) report.removed_from.push_back(place.name);
  report.still_given_by = auth_status(target, host).source;
  return report;
}

AuthTest test_login(const LoginTarget& target, Host& host) { return LoginTest(target, host).run(); }

LoginList list_logins(Host& host) {
  LoginList list;
  std::vector<KnownLogin>& logins = list.logins;
  if (!host.environment("DDX_TOKEN").value_or("").empty())
    logins.push_back({"the configured upstream", "DDX_TOKEN"});
  const auto variables = host.variables ? host.variables() : std::map<std::string, std::string>();
  for (const auto& [name, value] : variables)
    if (name.starts_with("DDX_TOKEN_") && !value.empty())
      logins.push_back({name.substr(std::string("DDX_TOKEN_").size()), name});
  for (const auth::CiServer& server : auth::ci_servers(host))
    logins.push_back({server.origin ? server.origin->str() : "no known host", server.variable});
  auth::LoginStore store(host);
  if (store.keychain().state() == Keychain::State::locked) list.locked_keychain = store.keychain().name();
  for (const std::string& origin : store.origins_in_keychain())
    logins.push_back({origin, store.keychain().name()});
  for (const std::string& origin : origins_in_vault(store)) logins.push_back({origin, "vault"});
  return list;
}

}  // namespace ddx
