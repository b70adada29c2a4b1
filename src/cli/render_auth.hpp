#pragma once

#include <vector>

#include "cli/page.hpp"
#include "ddx/auth.hpp"
#include "ddx/login_free.hpp"

namespace ddx::cli::render {

[[nodiscard]] Page logged_in(const LoginReport& report);
[[nodiscard]] Page rotated(const LoginReport& report);
[[nodiscard]] Page logged_out(const LogoutReport& report);
[[nodiscard]] Page auth_status(const AuthStatus& report);
[[nodiscard]] Page auth_test(const AuthTest& report);
/// `status` and `test` of an upstream that needs no login.
[[nodiscard]] Page login_free(const LoginFreeUpstream& upstream);
[[nodiscard]] Page upstream_tested(const LoginFreeUpstream& upstream);
[[nodiscard]] Page logins(const std::vector<KnownLogin>& logins);

}  // namespace ddx::cli::render
