#include "git/user_settings.hpp"

#include <git2.h>

#include <array>
#include <charconv>
#include <system_error>

#include "base/redaction.hpp"
#include "base/text.hpp"
#include "git/discover.hpp"
#include "git/handle.hpp"
#include "git/library.hpp"
#include "git/setting_secrets.hpp"
#include "platform/process.hpp"

namespace ddx::git {

namespace {

constexpr std::chrono::seconds git_limit{10};
constexpr std::size_t largest_list = 16u << 20;

using ConfigIteratorHandle = Handle<git_config_iterator, git_config_iterator_free>;

ConfigHandle open_config(const std::filesystem::path& folder) {
  git_repository* found = nullptr;
  const int code = git_repository_open_ext(&found, marked_folder(folder).c_str(), 0, nullptr);
  const RepositoryHandle repository(found);
  constexpr std::string_view doing = "read git's settings";
  if (code < 0) return acquire<ConfigHandle>(doing, git_config_open_default);
  return acquire<ConfigHandle>(doing, git_repository_config_snapshot, found);
}

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries parse_list(std::string_view text) {
  Entries entries;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(entry.size() + 1, text.size()));
    const std::size_t end = entry.find('\n');
    entries.emplace_back(entry.substr(0, end), end == entry.npos ? "true" : entry.substr(end + 1));
  }
  return entries;
}

/// \returns nothing if git cannot say it
std::optional<std::string> listed_by_git(const std::filesystem::path& folder, const Host& host) {
  const auto git = find_program("git", host.environment("PATH").value_or(""));
  if (!git || !host.variables) return std::nullopt;
  auto environment = host.variables();
  std::erase_if(environment, [](const auto& variable) { return is_secret_variable(variable.first); });
  for (const char* name : repository_variables) environment.erase(name);
  std::string text;
  try {
    Process process({*git, {"-C", marked_folder(folder).string(), "config", "--list", "-z"}, environment});
    process.close_input();
    std::array<char, 16 * 1024> buffer{};
    while (const std::size_t count = process.read(buffer, git_limit, host.interrupted)) {
      text.append(buffer.data(), count);
      if (text.size() > largest_list) return std::nullopt;
    }
    if (process.wait(git_limit, host.interrupted) != 0) return std::nullopt;
  } catch (const std::system_error&) {  // too slow, or not started
    return std::nullopt;
  }
  return text;
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
  const std::string host = fold_case(pattern.substr(pattern.rfind('@') + 1));
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == host.npos ? 0 : bracket);
  int port = origin.scheme == "https" ? 443 : 80;
  if (colon != host.npos) std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
  return port == origin.port && matches_host(std::string_view(host).substr(0, colon), origin.host);
}

bool matches_path(std::string_view pattern, std::string_view path) {
  if (!path.starts_with(pattern)) return false;
  return pattern.empty() || path.size() == pattern.size() || path[pattern.size()] == '/';
}

}  // namespace

std::optional<UrlMatch> match_url(std::string_view pattern, const Origin& origin, std::string_view path) {
  if (const std::size_t scheme = pattern.find("://"); scheme != pattern.npos) {
    if (scheme != 0 && fold_case(pattern.substr(0, scheme)) != origin.scheme) return std::nullopt;
    pattern.remove_prefix(scheme + 3);
  }
  const std::size_t slash = std::min(pattern.find('/'), pattern.size());
  if (slash > 0 && !matches_host_and_port(pattern.substr(0, slash), origin)) return std::nullopt;
  std::string_view its_path = pattern.substr(std::min(slash + 1, pattern.size()));
  while (its_path.ends_with('/')) its_path.remove_suffix(1);
  if (!matches_path(its_path, path)) return std::nullopt;
  return UrlMatch{slash, its_path.size()};
}

UserSettings UserSettings::open(const std::filesystem::path& folder) {
  initialise();
  const ConfigHandle config = open_config(folder);
  const auto entries =
      acquire<ConfigIteratorHandle>("read git's settings", git_config_iterator_new, config.get());
  UserSettings settings;
  git_config_entry* entry = nullptr;
  while (git_config_next(&entry, entries.get()) == 0)
    settings.entries_.emplace_back(entry->name, entry->value == nullptr ? "true" : entry->value);
  return settings;
}

UserSettings UserSettings::open(const std::filesystem::path& folder, const Host& host) {
  const auto text = listed_by_git(folder, host);
  UserSettings settings = text ? UserSettings(parse_list(*text)) : open(folder);
  remember_secrets_of(settings.entries_, host);
  return settings;
}

std::optional<std::string> UserSettings::text(std::string_view key) const {
  std::optional<std::string> found;
  for (const auto& [name, value] : entries_)
    if (name == key) found = value;
  return found;
}

std::vector<UserSettings::Entry> UserSettings::section(std::string_view wanted) const {
  std::vector<Entry> found;
  for (const auto& [key, value] : entries_) {
    const std::size_t first = key.find('.'), last = key.rfind('.');
    if (first == key.npos || std::string_view(key).substr(0, first) != wanted) continue;
    found.push_back(
        {last > first ? key.substr(first + 1, last - first - 1) : "", key.substr(last + 1), value});
  }
  return found;
}

std::map<std::string, std::vector<std::string>> UserSettings::for_url(std::string_view wanted,
                                                                      const Origin& origin,
                                                                      std::string_view path) const {
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, UrlMatch> closest;
  for (const Entry& entry : section(wanted)) {
    const auto match = entry.subsection.empty() ? UrlMatch{} : match_url(entry.subsection, origin, path);
    if (!match || *match < closest[entry.name]) continue;
    if (*match > closest[entry.name]) values[entry.name].clear();
    closest[entry.name] = *match;
    values[entry.name].push_back(entry.value);
  }
  return values;
}

}  // namespace ddx::git
