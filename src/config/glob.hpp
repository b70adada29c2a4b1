#pragma once

#include <bitset>
#include <string_view>
#include <vector>

namespace ddx {

/// A compiled pattern with the wildcards of git: `?`, `*`, `[…]`, `\x`, and `**` between slashes.
/// Matching takes time in proportion to pattern × text, whatever the pattern.
class Glob {
 public:
  /// A pattern that cannot be read (an open bracket, a backslash at the end) matches nothing, as in git.
  explicit Glob(std::string_view pattern);
  /// Whether the whole of `text` matches. Byte by byte, case matters; only `**` matches a '/'.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  using ByteSet = std::bitset<256>;
  struct Token {
    /// `skip_next_two`: the two tokens that follow may also be left out.
    enum class Kind { one_of, any_in_folder, any, skip_next_two };
    Kind kind;
    ByteSet bytes = {};  ///< of `one_of`
  };
  class Compiler;
  /// Adds `state` and all states that are reached without reading a byte.
  void enter(std::vector<char>& states, std::size_t state) const;

  std::vector<Token> tokens_;
  bool readable_ = true;
};

}  // namespace ddx
