#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ddx/error.hpp"

namespace ddx {

/// A value of a YAML file and where it stands. An alias is the node it names.
struct YamlNode {
  enum class Kind { null, scalar, sequence, map };
  Kind kind = Kind::null;
  std::size_t offset = 0;              ///< where it begins, in bytes of the document's text
  std::string text;                    ///< of a scalar
  std::vector<const YamlNode*> items;  ///< of a sequence
  std::vector<std::pair<const YamlNode*, const YamlNode*>> entries;  ///< of a map, in the order of the file

  /// The value of the first entry with this key; null if there is none.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

/// A small YAML file written by people, read without trust: bounded in size and depth, one document, UTF-8.
/// Duplicate keys are kept, for who knows whether they matter. The nodes live as long as the document.
class YamlDocument {
 public:
  static constexpr std::size_t size_limit_bytes = 1 << 20;
  static constexpr std::size_t depth_limit = 32;

  /// \param name  for messages
  /// \throws Error (config_invalid) with file, line and column
  YamlDocument(std::string_view text, std::string name);
  YamlDocument(const YamlDocument&) = delete;

  /// An empty file is a null.
  [[nodiscard]] const YamlNode& root() const { return *root_; }
  /// Without a byte order mark.
  [[nodiscard]] const std::string& text() const { return text_; }

  /// `FILE:LINE:COLUMN`, the column in characters
  [[nodiscard]] std::string where(std::size_t offset) const;
  /// A config_invalid that names the place. `steps` go before the advice to fix the file there.
  [[nodiscard]] Error error(std::size_t offset, std::string_view message,
                            std::vector<NextStep> steps = {}) const;

 private:
  class Builder;
  void refuse_unreadable() const;

  std::string text_, name_;
  std::deque<YamlNode> nodes_;
  const YamlNode* root_ = nullptr;
};

}  // namespace ddx
