#include "auth/examine_login.hpp"

#include "auth/platform_api.hpp"

namespace ddx::auth {

Account examine_login(Platform platform, const LoginTarget& target, const Credential& credential,
                      const std::vector<std::string>& challenges, Host& host) {
  Account account = examine(platform, target.origin, credential, host);
  const bool is_stranger = account.verdict == Account::Verdict::refused;
  // What anybody may read says nothing about a login.
  if (is_stranger && challenges.empty()) return account;
  examine_repository(target.origin, target.path, credential, host, account);
  const bool was_let_in = account.repository == Account::Repository::readable && !challenges.empty();
  if (!was_let_in) return account;
  // Tokens that are for repositories alone are strangers to the platform's interface.
  account.verdict = Account::Verdict::good;
  if (is_stranger) account.said.clear();
  return account;
}

}  // namespace ddx::auth
