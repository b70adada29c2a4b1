#include "auth/examine_login.hpp"

#include "auth/platform_api.hpp"

namespace ddx::auth {

Account examine_login(Platform platform, const LoginTarget& target, const Credential& credential,
                      const std::vector<std::string>& challenges, Host& host) {
  Account account = examine(platform, target.origin, credential, host);
  if (account.verdict == Account::Verdict::refused) return account;
  examine_repository(target.origin, target.path, credential, host, account);
  const bool was_let_in = account.repository == Account::Repository::readable && !challenges.empty();
  if (account.verdict == Account::Verdict::unchecked && was_let_in) account.verdict = Account::Verdict::good;
  return account;
}

}  // namespace ddx::auth
