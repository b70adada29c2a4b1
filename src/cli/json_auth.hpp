#pragma once

#include <string>
#include <vector>

#include "ddx/auth.hpp"
#include "ddx/login_free.hpp"

namespace ddx::cli::json {

[[nodiscard]] std::string logged_in(const LoginReport& report);
[[nodiscard]] std::string rotated(const LoginReport& report);
[[nodiscard]] std::string logged_out(const LogoutReport& report);
[[nodiscard]] std::string auth_status(const AuthStatus& report, int exit);
[[nodiscard]] std::string auth_test(const AuthTest& report, int exit);
/// `status` and `test` of an upstream that needs no login.
[[nodiscard]] std::string login_free(const LoginFreeUpstream& upstream);
[[nodiscard]] std::string upstream_tested(const LoginFreeUpstream& upstream);
[[nodiscard]] std::string logins(const LoginList& list);

}  // namespace ddx::cli::json
