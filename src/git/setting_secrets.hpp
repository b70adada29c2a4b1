#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ddx/host.hpp"

namespace ddx::git {

/// Remembers what may be a secret in git's settings and in the host's variables for proxies, before it is
/// sent: a server that repeats it in an error may not have it shown. That is the value of every
/// `http.extraHeader`, which need not be named `Authorization`, and the password in a proxy's URL.
void remember_secrets_of(const std::vector<std::pair<std::string, std::string>>& settings, const Host& host);

}  // namespace ddx::git
