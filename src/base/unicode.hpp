#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ddx {

/// The first code point of a text. `bytes` is 0 where the text is not valid UTF-8 (overlong, surrogate, cut
/// off, …).
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

/// \pre `text` is not empty
[[nodiscard]] CodePoint decode_utf8(std::string_view text);

/// \pre `value` is a Unicode scalar value
void append_utf8(std::string& text, char32_t value);

/// C0, DEL and C1.
[[nodiscard]] constexpr bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0);
}

/// The characters that change in which order a terminal shows the others.
[[nodiscard]] constexpr bool is_bidi_control(char32_t value) {
  return value == 0x061C || value == 0x200E || value == 0x200F || (value >= 0x202A && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

/// Simple case folding of one Latin, Greek or Cyrillic letter; everything else stays as it is.
[[nodiscard]] char32_t fold(char32_t value);

/// The canonical decomposition of one character of the scripts up to U+30FF and of Hangul: its base, then its
/// marks.
[[nodiscard]] std::u32string decompose(char32_t value);

}  // namespace ddx
