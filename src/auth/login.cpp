#include <fmt/format.h>

#include "auth/chain.hpp"
#include "auth/device_flow.hpp"
#include "auth/examine_login.hpp"
#include "auth/header_login.hpp"
#include "auth/login_store.hpp"
#include "auth/platform_api.hpp"
#include "auth/token_text.hpp"
#include "base/redaction.hpp"
#include "base/text.hpp"
#include "ddx/auth.hpp"
#include "ddx/error.hpp"
#include "git/credential_settings.hpp"
#include "platform/system.hpp"

namespace ddx {

namespace {

using auth::LoginRecord;
using auth::LoginStore;
using auth::Platform;

bool is_typed(const LoginRequest& request, const Host& host) {
  return host.person != nullptr && host.token.empty() && !request.device;
}

Secret take_token(const LoginTarget& target, Host& host) {
  if (!host.token.empty()) return auth::checked_token(host.token, host.token_source);
  const std::string where = target.origin.host_and_port();
  if (host.person == nullptr)
    throw Error(ErrorCode::auth_required, fmt::format("nobody can be asked for a token for '{}'", where),
                {{Recovery::see_help, "auth"}, {Recovery::set_token}});
  return auth::checked_token(host.person->ask_secret(fmt::format("Token for {}", where)), "terminal");
}

/// An application registered by whoever runs the server, or by the user.
std::string client_id(const LoginTarget& target, const git::UserSettings& settings, Host& host) {
  if (const auto id = host.environment("DDX_OAUTH_CLIENT_ID"); id && !id->empty()) return *id;
  const std::string id = git::credential_settings(settings, target.origin, "").oauth_client_id;
  if (!id.empty()) return id;
  throw Error(ErrorCode::login_ended,
              fmt::format("no application is known that may log in at '{}': set DDX_OAUTH_CLIENT_ID, or "
                          "credential.{}.oauthClientId in git's settings",
                          target.origin.host_and_port(), target.origin.str()),
              {{Recovery::see_help, "auth"}});
}

LoginRecord by_device(const LoginTarget& target, Platform platform, const git::UserSettings& settings,
                      Host& host) {
  if (platform != Platform::github && platform != Platform::gitlab)
    throw Error(ErrorCode::login_ended,
                fmt::format("'{}' is no platform with a login by code: GitHub and GitLab have it",
                            target.origin.host_and_port()),
                {{Recovery::log_in, target.origin.host_and_port()}});
  return auth::log_in_by_device(platform, target.origin, client_id(target, settings, host), host);
}

LoginRecord take_login(const LoginTarget& target, const LoginRequest& request,
                       const git::UserSettings& settings, Host& host) {
  const Platform platform = auth::detect_platform(target.origin, host);
  if (request.device) return by_device(target, platform, settings, host);
  const std::string page = auth::token_page(platform, target.origin);
  if (is_typed(request, host) && !page.empty()) host.events.note("tokens are made at " + page);
  LoginRecord record;
  record.platform = auth::key_of(platform);
  record.token = take_token(target, host);
  record.username = git::credential_settings(settings, target.origin, target.path).username;
  return record;
}

Account ask_about(const LoginTarget& target, const LoginRecord& record, Host& host) {
  const Platform platform = auth::platform_from_key(record.platform);
  // As a pull will send it, which depends on what the server asks for.
  const auto challenges = auth::challenges_of(target.origin, target.path, host);
  const Credential credential = auth::token_credential(platform, record.token, record.username, challenges);
  return auth::examine_login(platform, target, credential, challenges, host);
}

/// What the server said about it, before anything is kept. Who typed a token that is refused may try again.
Account validated(const LoginTarget& target, const LoginRequest& request, LoginRecord& record, Host& host) {
  keep_memory_private();
  for (int refused = 1;; ++refused) {
    remember_secret(record.username, record.token);
    Account account = ask_about(target, record, host);
    if (account.verdict != Account::Verdict::refused) {
      if (!record.expires) record.expires = account.expires;
      return account;
    }
    const std::string said = account.said.empty() ? "" : ": " + printable(account.said);
    const std::string message =
        fmt::format("'{}' refuses this token (401){}", target.origin.host_and_port(), said);
    if (!is_typed(request, host) || refused == auth::Chain::most_refused)
      throw Error(ErrorCode::auth_failed, message, {{Recovery::see_help, "auth"}});
    host.events.note(message);
    record.token = take_token(target, host);
  }
}

}  // namespace

bool Account::will_do() const {
  if (verdict == Verdict::refused || repository == Repository::denied) return false;
  return repository == Repository::readable || missing.empty();
}

LoginReport log_in(const LoginTarget& target, const LoginRequest& request, Host& host) {
  const auto settings = git::UserSettings::open(target.folder, host);
  LoginRecord record = take_login(target, request, settings, host);
  LoginReport report{target.origin, validated(target, request, record, host), "", std::nullopt};
  LoginStore store(host);
  report.kept_in = store.store(target.origin, record, request.vault).name;
  if (auth::header_login(settings, {target.origin, target.path, {}}))
    host.events.warning(
        fmt::format("git's setting '{}' sends another login to '{}', and goes before this one",
                    auth::HeaderLogin::name, target.origin.host_and_port()));
  return report;
}

LoginReport rotate_login(const LoginTarget& target, const LoginRequest& request, Host& host) {
  LoginStore store(host);
  const auto before = store.find(target.origin);
  if (!before)
    throw Error(
        ErrorCode::auth_required,
        fmt::format("ddx keeps no login for '{}' that could be replaced", target.origin.host_and_port()),
        {{Recovery::log_in, target.origin.host_and_port()}});
  remember_secret(before->record.username, before->record.token);
  LoginRecord record = take_login(target, request, git::UserSettings::open(target.folder, host), host);
  const auto check_new = [&] {
    if (record.token == before->record.token)
      throw Error(ErrorCode::usage, "the new token is the old one", {{Recovery::see_help, "auth"}});
  };
  check_new();
  if (record.username.empty()) record.username = before->record.username;
  LoginReport report{target.origin, validated(target, request, record, host), "", std::nullopt};
  check_new();
  const bool in_vault = before->place.kind == LoginStore::Place::Kind::vault;
  report.kept_in = store.store(target.origin, record, request.vault || in_vault).name;
  report.revoke = auth::token_page(auth::platform_from_key(record.platform), target.origin);
  return report;
}

}  // namespace ddx
