#include "base/text.hpp"

#include <charconv>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/unicode.hpp"

namespace ddx {

namespace {

/// The number of letters to change, add, drop or swap with their neighbour to get from `a` to `b`.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = current;
  }
  return last[b.size()];
}

void append_printable(std::string& out, char32_t value, KeepLines keep) {
  const bool kept = keep == KeepLines::yes && (value == '\n' || value == '\t');
  if (value < 0x20 && !kept) {
    out += '^';
    out += static_cast<char>(value + '@');
  } else if (value == 0x7F) {
    out += "^?";
  } else if ((is_control(value) && !kept) || is_bidi_control(value)) {
    fmt::format_to(std::back_inserter(out), "<U+{:04X}>", static_cast<unsigned>(value));
  } else {
    append_utf8(out, value);
  }
}

/// Every code point through `append`; what is not UTF-8 stays as it is.
template <class Append>
std::string mapped(std::string_view text, Append append) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    if (point.bytes == 0)
      out += text.front();
    else
      append(out, point.value);
    text.remove_prefix(std::max<std::size_t>(point.bytes, 1));
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text, KeepLines keep) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    if (point.bytes == 0)
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned char>(text.front()));
    else
      append_printable(out, point.value, keep);
    text.remove_prefix(std::max<std::size_t>(point.bytes, 1));
  }
  return out;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    if (point.bytes == 0) return false;
    text.remove_prefix(point.bytes);
  }
  return true;
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::size_t near_enough = std::max<std::size_t>(1, (word.size() + 1) / 3);
  const std::string* best = nullptr;
  std::size_t best_edits = std::min(near_enough + 1, std::max<std::size_t>(word.size(), 1));
  for (const std::string& candidate : candidates) {
    const std::size_t edits = edits_between(word, candidate);
    if (edits >= best_edits) continue;
    best = &candidate;
    best_edits = edits;
  }
  return best != nullptr ? *best : std::string();
}

std::string fold_case(std::string_view text) {
  return mapped(text, [](std::string& out, char32_t value) { append_utf8(out, fold(value)); });
}

std::string collision_key(std::string_view name) {
  return mapped(name, [](std::string& out, char32_t value) {
    if (value < 0x80) return append_utf8(out, fold(value));
    for (const char32_t part : decompose(fold(value))) append_utf8(out, fold(part));
  });
}

std::string without_credentials(std::string_view text) {
  std::string clean;
  for (;;) {
    const std::size_t scheme = text.find("://");
    if (scheme == text.npos) return clean + std::string(text);
    const std::size_t start = scheme + 3;
    const std::size_t end = std::min(text.find_first_of("/?# \t\n'\"", start), text.size());
    const std::size_t at = text.substr(0, end).rfind('@');
    clean += text.substr(0, start);
    text.remove_prefix(at == text.npos || at < start ? start : at + 1);
  }
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() < 2 || error != std::errc() || end != digits.data() + digits.size())
      return std::nullopt;
    out += static_cast<char>(static_cast<unsigned char>(value));
    i += 2;
  }
  return out;
}

}  // namespace ddx
