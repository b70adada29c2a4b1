#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_document.hpp"

namespace ddx {

/// Changes single keys in the text of a YAML file and leaves all else, comments and order included, as it is.
/// Meant for files in the usual layout, one key a line; what it cannot do there it does wrongly, so whoever
/// uses it reads the result and compares.
class YamlEdit {
 public:
  explicit YamlEdit(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Sets `key` in the top-level map `section`; both are added where they are missing.
  void set(std::string_view section, std::string_view key, std::string_view value);
  /// Takes the key's line out, if there is one.
  void remove(std::string_view section, std::string_view key);
  /// Sets a top-level key to a list; comments between the items stay.
  void set_list(std::string_view key, const std::vector<std::string>& items);

 private:
  std::string text_;
};

/// A text as a YAML scalar on one line: plain where that is safe, else in double quotes.
[[nodiscard]] std::string yaml_scalar(std::string_view text);
/// `["a", "b"]`
[[nodiscard]] std::string yaml_list(const std::vector<std::string>& items);

}  // namespace ddx
