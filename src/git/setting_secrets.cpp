#include "git/setting_secrets.hpp"

#include <stdexcept>

#include "base/base64.hpp"
#include "base/redaction.hpp"
#include "base/text.hpp"
#include "net/proxy.hpp"

namespace ddx::git {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_blanks_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

/// `Basic` hides a password behind its name.
void remember_pair(std::string_view encoded) {
  try {
    std::string pair = decode_base64(encoded);
    const std::size_t colon = pair.find(':');
    if (colon != pair.npos)
      remember_secret(pair.substr(0, colon), Secret(std::string_view(pair).substr(colon + 1)));
    Secret::wipe(pair.data(), pair.size());
  } catch (const std::invalid_argument&) {
    return;  // the server will say what it thinks of it
  }
}

void remember_header(std::string_view header) {
  const std::size_t colon = header.find(':');
  if (colon == header.npos) return;
  const std::string_view value = without_blanks_before(header.substr(colon + 1));
  remember_secret("", Secret(value));
  const std::size_t end = value.find_first_of(blanks);
  if (end == value.npos) return;
  const std::string_view after_scheme = without_blanks_before(value.substr(end));
  remember_secret("", Secret(after_scheme));
  if (fold_case(value.substr(0, end)) == "basic") remember_pair(after_scheme);
}

void remember_proxy(const std::string& url) {
  const auto password = net::password_in(url);
  if (password) remember_secret(net::parse_proxy(url)->username, *password);
}

}  // namespace

void remember_secrets_of(const std::vector<std::pair<std::string, std::string>>& settings, const Host& host) {
  for (const auto& [key, value] : settings) {
    if (!key.starts_with("http.")) continue;
    if (key.ends_with(".extraheader")) remember_header(value);
    if (key.ends_with(".proxy")) remember_proxy(value);
  }
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    if (const auto url = host.environment(name)) remember_proxy(*url);
}

}  // namespace ddx::git
