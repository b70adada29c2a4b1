#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ddx {

/// Bytes [begin, end) of a text.
struct ByteRange {
  std::size_t begin = 0, end = 0;
  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] std::string_view in(std::string_view text) const { return text.substr(begin, size()); }
  [[nodiscard]] bool overlaps(const ByteRange& other) const { return begin < other.end && other.begin < end; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// A regular expression in RE2's syntax. Searching takes time in proportion to the text, whatever the
/// expression. It is read at its first use; copies share that. For one thread.
class Pattern {
 public:
  explicit Pattern(std::string expression);

  [[nodiscard]] const std::string& expression() const;
  /// Why it cannot be used, or nothing. One that cannot be used matches nothing.
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] bool found_in(std::string_view text) const;
  /// The first match that begins at `from` or later: the whole, then its groups, empty where one has no
  /// part in it. \returns nothing if there is none
  [[nodiscard]] std::vector<ByteRange> find(std::string_view text, std::size_t from) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ddx
