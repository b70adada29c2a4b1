#pragma once

#include <string_view>

#include "ddx/host.hpp"
#include "git/user_settings.hpp"
#include "net/http_settings.hpp"

namespace ddx::git {

/// git's settings `http.*` for one URL. That certificates are checked cannot be switched off.
[[nodiscard]] net::HttpSettings http_settings(const UserSettings& settings, const Origin& origin,
                                              std::string_view path, const Host& host);
/// Where git is told not to check certificates, the host is warned that ddx does all the same.
void warn_of_checks(const net::HttpSettings& settings, Host& host);

/// The settings for a URL that a redirect led to, on another server than the one that was asked for: without
/// the headers that are set for every server.
[[nodiscard]] net::HttpSettings http_settings_elsewhere(const UserSettings& settings, const Origin& origin,
                                                        std::string_view path, const Host& host);

/// A URL after the user's `url.<base>.insteadOf`: the longest beginning that is named is replaced.
[[nodiscard]] std::string rewritten_url(const UserSettings& settings, const std::string& url);
/// The same for pushing: `url.<base>.pushInsteadOf` goes before.
[[nodiscard]] std::string rewritten_push_url(const UserSettings& settings, const std::string& url);

}  // namespace ddx::git
