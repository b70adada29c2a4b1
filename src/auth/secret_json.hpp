#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/secret.hpp"

namespace ddx::auth {

/// A JSON object of strings, some of which are secrets. What it is read from and written into is wiped.
class SecretJson {
 public:
  /// \returns nothing if it is no JSON object; members that are no strings are left out, numbers become text
  [[nodiscard]] static std::optional<SecretJson> parse(const Secret& text);

  void set(const std::string& key, std::string_view text) { members_[key] = Secret(text); }
  void set(const std::string& key, const Secret& secret) { members_[key] = secret; }
  void remove(const std::string& key) { members_.erase(key); }

  /// Empty if there is none.
  [[nodiscard]] Secret secret_of(const std::string& key) const;
  [[nodiscard]] std::string text_of(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] Secret text() const;

 private:
  std::map<std::string, Secret> members_;
};

}  // namespace ddx::auth
