#include "cli/render_auth.hpp"

#include <algorithm>

#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::string who(const Account& account) { return account.user.empty() ? "" : " as " + account.user; }

void add_account(Page& page, const Account& account) {
  if (!account.platform.empty()) page.line({"  platform:    " + account.platform});
  if (!account.user.empty()) page.line({"  user:        " + account.user});
  if (account.scopes)
    page.line({"  scopes:      " + (account.scopes->empty() ? "none" : joined(*account.scopes))});
  if (!account.missing.empty()) page.line({"  missing:     ", {joined(account.missing), Tone::failure}});
  if (account.expires) page.line({"  expires:     " + minute(*account.expires)});
  if (!account.authorize_at.empty()) page.line({"  authorize:   " + account.authorize_at});
  if (account.repository == Account::Repository::readable) page.line({"  repository:  readable"});
  if (account.repository == Account::Repository::denied && account.verdict != Account::Verdict::refused)
    page.line({"  repository:  ", {"not found, or no access with this login", Tone::failure}});
}

void add_new_account(Page& page, const Account& account) {
  if (account.verdict == Account::Verdict::unchecked)
    page.line({"  not checked: the platform is not known, or has no way to ask"});
  add_account(page, account);
}

}  // namespace

Page logged_in(const LoginReport& report) {
  Page page;
  const bool is_checked = report.account.verdict != Account::Verdict::unchecked;
  page.line({{(is_checked ? "Logged in to " : "Kept a token for ") + report.origin.host_and_port() +
                  who(report.account),
              Tone::strong}});
  add_new_account(page, report.account);
  return page.line({"  kept in:     " + report.kept_in});
}

Page rotated(const LoginReport& report) {
  Page page;
  page.line(
      {{"Replaced the login for " + report.origin.host_and_port() + who(report.account), Tone::strong}});
  add_new_account(page, report.account);
  page.line({"  kept in:     " + report.kept_in});
  const std::string where = report.revoke.value_or("");
  return page.line().line({where.empty() ? "The old token is still valid: revoke it where it was made."
                                         : "The old token is still valid: revoke it at " + where});
}

Page logged_out(const LogoutReport& report) {
  Page page;
  const std::string host = report.origin.host_and_port();
  if (report.removed_from.empty()) {
    page.line({"ddx keeps no login for " + host + "."});
  } else {
    page.line({{"Logged out of " + host, Tone::strong}, " (" + joined(report.removed_from) + ")"});
    page.line({"The token itself is still valid: revoke it where it was made."});
  }
  if (!report.still_given_by.empty())
    page.line({"There are still credentials for it: " + report.still_given_by + "."});
  return page;
}

Page auth_status(const AuthStatus& report) {
  Page page;
  if (report.source.empty()) {
    page.line({{"There is no login for " + report.origin.host_and_port(), Tone::strong}});
  } else {
    page.line({{report.origin.host_and_port() + ": " + report.source, Tone::strong},
               report.username.empty() ? "" : " (user name " + report.username + ")"});
  }
  for (const std::string& line : report.tried) page.line({"  " + line});
  return page;
}

Page auth_test(const AuthTest& report) {
  Page page;
  if (report.source.empty())
    return page.line(
        {{report.origin.host_and_port() + " needs no login: anybody may read the upstream", Tone::strong}});
  const Account& account = report.account;
  const std::string of = report.origin.host_and_port() + " with the login from " + report.source;
  switch (account.verdict) {
    case Account::Verdict::good:
      page.line({{of + " works" + who(account), Tone::strong}});
      break;
    case Account::Verdict::refused:
      page.line({{of + " is refused", Tone::failure}, account.said.empty() ? " (401)" : ": " + account.said});
      break;
    case Account::Verdict::unchecked:
      page.line({{of + " could not be checked", Tone::strong}});
      break;
  }
  if (!report.refused.empty())
    page.line({"  before it:   ", {joined(report.refused) + " (refused)", Tone::failure}});
  add_account(page, account);
  return page;
}

Page login_free(const LoginFreeUpstream& upstream) {
  Page page;
  if (upstream.url.kind() != UpstreamUrl::Kind::ssh)
    return page.line({{upstream.url.str() + " is on this machine: no login is needed", Tone::strong}});
  page.line({{upstream.url.host() + ": ssh, with your own keys and agent", Tone::strong}});
  return page.line({"  program:     " + upstream.program +
                    (upstream.named_by.empty() ? "" : " (" + upstream.named_by + ")")});
}

Page upstream_tested(const LoginFreeUpstream& upstream) {
  Page page;
  const bool is_ssh = upstream.url.kind() == UpstreamUrl::Kind::ssh;
  page.line(
      {{is_ssh ? upstream.url.host() + " over ssh works" : upstream.url.str() + " works", Tone::strong}});
  return page.line({"  repository:  readable"});
}

Page logins(const std::vector<KnownLogin>& logins) {
  Page page;
  if (logins.empty()) return page.line({"No login is known."});
  std::size_t widest = 0;
  for (const KnownLogin& login : logins) widest = std::max(widest, columns_of(login.host));
  for (const KnownLogin& login : logins) page.line({padded(login.host, widest) + "  " + login.source});
  return page;
}

}  // namespace ddx::cli::render
