#pragma once

#include <compare>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"

namespace ddx::git {

/// How closely a part of a setting's name such as `https://*.example.com/team` means a URL.
struct UrlMatch {
  std::size_t host_length = 0, path_length = 0;
  friend auto operator<=>(const UrlMatch&, const UrlMatch&) = default;
};

/// By git's rules (git-config, `http.<url>.*`): the same scheme, host (where `*` stands for one part of its
/// name) and port, and a path that is equal or leads to it by whole components. Scheme, host and path may
/// each be missing in the pattern. \returns nothing where it means another URL
[[nodiscard]] std::optional<UrlMatch> match_url(std::string_view pattern, const Origin& origin,
                                                std::string_view path);

/// git's settings for this user, as git reads them: the system's, the user's, and those of the repository
/// around a folder, if there is one and it is the user's own. Nothing that came from an upstream is among
/// them.
class UserSettings {
 public:
  /// Without what only the git program knows: its environment and some conditional includes.
  [[nodiscard]] static UserSettings open(const std::filesystem::path& folder);
  /// As the git program of this host has them; without one as above.
  [[nodiscard]] static UserSettings open(const std::filesystem::path& folder, const Host& host);
  /// From key and value as the git program lists them, section and name in lower case.
  explicit UserSettings(std::vector<std::pair<std::string, std::string>> entries)
      : entries_(std::move(entries)) {}

  /// \param key  section and name in lower case, as in `core.sshcommand`. \returns the last value, which wins
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;

  /// `section.name` and `section.<pattern>.name` for a URL: for each name the values with the closest
  /// pattern, in their order. Names are in lower case.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> for_url(std::string_view section,
                                                                        const Origin& origin,
                                                                        std::string_view path) const;

  struct Entry {
    std::string subsection, name, value;  ///< a value that is left out means "true"
  };
  /// All of one section, in their order.
  [[nodiscard]] std::vector<Entry> section(std::string_view name) const;

 private:
  UserSettings() = default;

  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace ddx::git
