#include "cli/json_auth.hpp"

#include "base/time.hpp"
#include "cli/json_values.hpp"

namespace ddx::cli::json {

namespace {

const char* word_for(Account::Verdict verdict) {
  switch (verdict) {
    case Account::Verdict::good:
      return "good";
    case Account::Verdict::refused:
      return "refused";
    case Account::Verdict::unchecked:
      return "unchecked";
  }
  return "";
}

const char* word_for(Account::Repository repository) {
  switch (repository) {
    case Account::Repository::readable:
      return "readable";
    case Account::Repository::denied:
      return "denied";
    case Account::Repository::unasked:
      return "unasked";
  }
  return "";
}

Json account(const Account& account) {
  return {{"verdict", word_for(account.verdict)},
          {"platform", text_or_null(account.platform)},
          {"user", text_or_null(account.user)},
          {"scopes", account.scopes ? Json(*account.scopes) : Json(nullptr)},
          {"missing", account.missing},
          {"expires", optional_of(account.expires, iso_utc)},
          {"authorize_at", text_or_null(account.authorize_at)},
          {"said", text_or_null(account.said)},
          {"repository", word_for(account.repository)}};
}

std::string server_of(const LoginFreeUpstream& upstream) {
  return upstream.url.kind() == UpstreamUrl::Kind::ssh ? "ssh://" + upstream.url.host() : "";
}

const char* source_of(const LoginFreeUpstream& upstream) {
  return upstream.url.kind() == UpstreamUrl::Kind::ssh ? "ssh" : "none needed";
}

std::string login(const char* schema, const LoginReport& report) {
  return dump({{"schema", schema},
               {"host", report.origin.str()},
               {"account", account(report.account)},
               {"kept_in", report.kept_in},
               {"revoke_at", text_or_null(report.revoke.value_or(""))},
               {"exit", 0}});
}

}  // namespace

std::string logged_in(const LoginReport& report) { return login("ddx/auth-login/1", report); }
std::string rotated(const LoginReport& report) { return login("ddx/auth-rotate/1", report); }

std::string logged_out(const LogoutReport& report) {
  return dump({{"schema", "ddx/auth-logout/1"},
               {"host", report.origin.str()},
               {"removed_from", report.removed_from},
               {"still_given_by", text_or_null(report.still_given_by)},
               {"exit", 0}});
}

std::string auth_status(const AuthStatus& report, int exit) {
  return dump({{"schema", "ddx/auth-status/1"},
               {"host", report.origin.str()},
               {"source", text_or_null(report.source)},
               {"username", text_or_null(report.username)},
               {"program", nullptr},
               {"tried", report.tried},
               {"exit", exit}});
}

std::string auth_test(const AuthTest& report, int exit) {
  return dump({{"schema", "ddx/auth-test/1"},
               {"host", report.origin.str()},
               {"source", text_or_null(report.source)},
               {"account", account(report.account)},
               {"refused", report.refused},
               {"exit", exit}});
}

std::string login_free(const LoginFreeUpstream& upstream) {
  return dump({{"schema", "ddx/auth-status/1"},
               {"host", text_or_null(server_of(upstream))},
               {"source", source_of(upstream)},
               {"username", text_or_null(upstream.url.ssh().user)},
               {"program", text_or_null(upstream.program)},
               {"tried", Json::array()},
               {"exit", 0}});
}

std::string upstream_tested(const LoginFreeUpstream& upstream) {
  Account readable;
  readable.repository = Account::Repository::readable;
  return dump({{"schema", "ddx/auth-test/1"},
               {"host", text_or_null(server_of(upstream))},
               {"source", source_of(upstream)},
               {"account", account(readable)},
               {"refused", Json::array()},
               {"exit", 0}});
}

std::string logins(const LoginList& list) {
  return dump({{"schema", "ddx/auth-list/1"},
               {"logins", array_of(list.logins,
                                   [](const KnownLogin& login) {
                                     return Json{{"host", login.host}, {"source", login.source}};
                                   })},
               {"locked_keychain", text_or_null(list.locked_keychain)},
               {"exit", 0}});
}

}  // namespace ddx::cli::json
