#include "git/credential_settings.hpp"

#include <git2.h>

#include "base/text.hpp"
#include "git/handle.hpp"
#include "git/library.hpp"

namespace ddx::git {

namespace {

using ConfigIteratorHandle = Handle<git_config_iterator, git_config_iterator_free>;

constexpr std::string_view section = "credential.";

ConfigHandle open_settings(const std::filesystem::path& folder) {
  git_repository* found = nullptr;
  const int code = git_repository_open_ext(&found, folder.c_str(), 0, nullptr);
  const RepositoryHandle repository(found);
  constexpr std::string_view doing = "read git's settings";
  if (code < 0) return acquire<ConfigHandle>(doing, git_config_open_default);
  return acquire<ConfigHandle>(doing, git_repository_config_snapshot, found);
}

bool is_true(const std::string& value) {
  int on = 0;
  return git_config_parse_bool(&on, value.c_str()) == 0 && on != 0;
}

std::string_view next_part(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

bool matches_host(std::string_view pattern, std::string_view host) {
  if (host.starts_with('[')) return pattern == host;
  while (!pattern.empty() && !host.empty()) {
    const std::string_view wanted = next_part(pattern, '.'), part = next_part(host, '.');
    if (wanted != "*" && wanted != part) return false;
  }
  return pattern.empty() && host.empty();
}

bool matches_host_and_port(std::string_view pattern, const Origin& origin) {
  std::string host = fold_case(pattern.substr(pattern.rfind('@') + 1));
  const std::size_t colon = host.find(':', host.find(']') == host.npos ? 0 : host.find(']'));
  Origin named{origin.scheme, origin.host, origin.scheme == "https" ? 443 : 80};
  if (colon != host.npos) named.port = std::atoi(host.c_str() + colon + 1);
  return named.port == origin.port && matches_host(std::string_view(host).substr(0, colon), origin.host);
}

bool matches_path(std::string_view pattern, std::string_view path) {
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  if (!path.starts_with(pattern)) return false;
  return pattern.empty() || path.size() == pattern.size() || path[pattern.size()] == '/';
}

void apply(const std::string& name, const std::string& value, CredentialSettings& settings) {
  if (name == "helper") {
    if (value.empty()) {
      settings.helpers.clear();
    } else {
      settings.helpers.push_back(value);
    }
  } else if (name == "username") {
    settings.username = value;
  } else if (name == "oauthclientid") {
    settings.oauth_client_id = value;
  } else if (name == "usehttppath") {
    settings.use_http_path = is_true(value);
  }
}

}  // namespace

bool matches_credential_url(std::string_view pattern, const Origin& origin, const std::string& path) {
  const std::size_t scheme = pattern.find("://");
  if (scheme != pattern.npos) {
    if (scheme != 0 && fold_case(pattern.substr(0, scheme)) != origin.scheme) return false;
    pattern.remove_prefix(scheme + 3);
  }
  const std::size_t slash = std::min(pattern.find('/'), pattern.size());
  if (slash > 0 && !matches_host_and_port(pattern.substr(0, slash), origin)) return false;
  pattern.remove_prefix(std::min(slash + 1, pattern.size()));
  return matches_path(pattern, path);
}

CredentialSettings credential_settings(const std::filesystem::path& folder, const Origin& origin,
                                       const std::string& path) {
  initialise();
  const ConfigHandle config = open_settings(folder);
  const auto entries = acquire<ConfigIteratorHandle>("read git's settings", git_config_iterator_glob_new,
                                                     config.get(), "^credential\\.");
  std::vector<std::pair<std::string, std::string>> found;
  git_config_entry* entry = nullptr;
  while (git_config_next(&entry, entries.get()) == 0)
    found.emplace_back(entry->name, entry->value == nullptr ? "true" : entry->value);
  return credential_settings(found, origin, path);
}

CredentialSettings credential_settings(const std::vector<std::pair<std::string, std::string>>& entries,
                                       const Origin& origin, const std::string& path) {
  CredentialSettings settings;
  for (const auto& [name, value] : entries) {
    const std::string_view key = std::string_view(name).substr(section.size());
    const std::size_t dot = key.rfind('.');
    const bool general = dot == key.npos;
    if (general || matches_credential_url(key.substr(0, dot), origin, path))
      apply(std::string(key.substr(general ? 0 : dot + 1)), value, settings);
  }
  return settings;
}

}  // namespace ddx::git
