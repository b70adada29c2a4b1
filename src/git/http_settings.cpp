#include "git/http_settings.hpp"

#include <git2.h>

#include <algorithm>
#include <charconv>

#include "git/handle.hpp"

namespace ddx::git {

namespace {

using Values = std::map<std::string, std::vector<std::string>>;

std::string last(const Values& values, const char* name) {
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second.back();
}

/// A leading `~/` is the user's home.
std::string path(const Values& values, const char* name) {
  const std::string text = last(values, name);
  Buffer expanded;
  if (text.empty() || git_config_parse_path(expanded.raw(), text.c_str()) < 0) return text;
  return std::string(expanded.view());
}

std::optional<long> number(const Values& values, const char* name) {
  const std::string text = last(values, name);
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_off(const std::string& value) {
  int on = 1;
  return !value.empty() && git_config_parse_bool(&on, value.c_str()) == 0 && on == 0;
}

/// All of them; an empty one takes back those before it.
std::vector<std::string> list(const Values& values, const char* name) {
  std::vector<std::string> result;
  const auto found = values.find(name);
  if (found == values.end()) return result;
  for (const std::string& value : found->second) {
    if (value.empty()) {
      result.clear();
    } else {
      result.push_back(value);
    }
  }
  return result;
}

}  // namespace

net::HttpSettings http_settings(const UserSettings& settings, const Origin& origin, std::string_view of,
                                const Host& host) {
  const Values values = settings.for_url("http", origin, of);
  net::HttpSettings result;
  result.is_told_not_to_verify =
      is_off(last(values, "sslverify")) || host.environment("GIT_SSL_NO_VERIFY").has_value();
  if (const auto proxy = values.find("proxy"); proxy != values.end()) result.proxy = proxy->second.back();
  result.proxy_auth_method = last(values, "proxyauthmethod");
  result.authorities = path(values, "sslcainfo");
  result.authorities_folder = path(values, "sslcapath");
  result.proxy_authorities = path(values, "proxysslcainfo");
  result.client_certificate = path(values, "sslcert");
  result.client_key = path(values, "sslkey");
  result.cookie_file = path(values, "cookiefile");
  result.headers = list(values, "extraheader");
  result.resolve = list(values, "curloptresolve");
  result.user_agent = host.environment("GIT_HTTP_USER_AGENT").value_or(last(values, "useragent"));
  result.follows_redirects = !is_off(last(values, "followredirects"));
  result.only_http1 = last(values, "version") == "HTTP/1.1";
  result.slowest_bytes_per_second = number(values, "lowspeedlimit");
  result.slowest_for_seconds = number(values, "lowspeedtime");
  return result;
}

void warn_of_checks(const net::HttpSettings& settings, Host& host) {
  if (settings.is_told_not_to_verify)
    host.events.warning(
        "git is told not to check certificates ('http.sslVerify'); ddx checks them all the same");
}

net::HttpSettings http_settings_elsewhere(const UserSettings& settings, const Origin& origin,
                                          std::string_view path, const Host& host) {
  net::HttpSettings result = http_settings(settings, origin, path, host);
  const std::vector<UserSettings::Entry> entries = settings.section("http");
  const bool is_named = std::ranges::any_of(entries, [&](const UserSettings::Entry& entry) {
    return entry.name == "extraheader" && !entry.subsection.empty() &&
           match_url(entry.subsection, origin, path);
  });
  if (!is_named) result.headers.clear();  // else those of the name have taken the place of the others
  return result;
}

static std::optional<std::string> rewritten(const UserSettings& settings, const std::string& url,
                                            std::string_view name) {
  std::string base, replaced;
  for (const UserSettings::Entry& entry : settings.section("url")) {
    const bool is_longer = entry.value.size() > replaced.size();
    if (entry.name != name || !is_longer || !url.starts_with(entry.value)) continue;
    base = entry.subsection;
    replaced = entry.value;
  }
  if (replaced.empty()) return std::nullopt;
  return base + url.substr(replaced.size());
}

std::string rewritten_url(const UserSettings& settings, const std::string& url) {
  return rewritten(settings, url, "insteadof").value_or(url);
}

std::string rewritten_push_url(const UserSettings& settings, const std::string& url) {
  const auto place = rewritten(settings, url, "pushinsteadof");
  return place ? *place : rewritten_url(settings, url);
}

}  // namespace ddx::git
