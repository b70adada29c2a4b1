#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ddx {

enum class KeepLines { no, yes };

/// Makes text from upstream, a server or the file system harmless for a terminal: control characters become
/// `^[`,
/// `^M`…, C1 and bidirectional controls `<U+202E>`, invalid UTF-8 `\xNN`. `KeepLines::yes` lets '\n' and '\t'
/// through.
[[nodiscard]] std::string printable(std::string_view text, KeepLines keep = KeepLines::no);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// The candidate closest to `word` (edits and swaps), or nothing if none is near enough to be meant.
[[nodiscard]] std::string closest(std::string_view word, const std::vector<std::string>& candidates);

/// Lower case by simple case folding of ASCII, Latin, Greek and Cyrillic letters: enough to warn about names
/// that differ in case only.
[[nodiscard]] std::string fold_case(std::string_view text);

/// Equal for names that some file system takes for one: those that differ only in case or in how accents are
/// encoded.
[[nodiscard]] std::string collision_key(std::string_view name);

/// `text` without the user and password of any URL in it: `https://user:secret@host/x` → `https://host/x`.
[[nodiscard]] std::string without_credentials(std::string_view text);

/// A part of a URL as it was before it was written into one. \returns nothing where a '%' is not followed by
/// two hexadecimal digits
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace ddx
