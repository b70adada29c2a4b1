#include "contribute/secret_check.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/binary.hpp"
#include "base/redaction.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "contribute/outgoing_lines.hpp"

namespace ddx {

namespace {

constexpr std::string_view hidden = "***";
constexpr std::size_t fingerprint_digits = 16;
/// Longer lines are not shown.
constexpr std::size_t shown_line_bytes = 4096;
constexpr std::size_t excerpt_bytes = 160;

/// Cut where a character begins.
std::string shortened(std::string text) {
  if (text.size() <= excerpt_bytes) return text;
  std::size_t end = excerpt_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

/// Whether most bytes at the beginning of a text, from `first` on and two apart, are zero, and hardly one of
/// the others: with Latin letters in UTF-16 it is so.
bool has_zeros(std::string_view bytes, std::size_t first) {
  constexpr std::size_t looked_at = 512, fewest = 16;
  const std::size_t end = std::min(bytes.size(), looked_at) / 2 * 2;
  if (end < fewest) return false;
  std::size_t there = 0, elsewhere = 0;
  for (std::size_t at = 0; at < end; ++at)
    if (bytes[at] == 0) (at % 2 == first ? there : elsewhere) += 1;
  return there >= end / 2 * 3 / 4 && elsewhere <= end / 64;
}

/// Windows' programs write text as UTF-16, mostly with a byte order mark. \returns nothing for any other text
std::optional<std::string> from_utf16(std::string_view bytes) {
  const bool is_marked = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  const bool little = bytes.starts_with("\xFF\xFE") || has_zeros(bytes, 1);
  if (!is_marked && !little && !has_zeros(bytes, 0)) return std::nullopt;
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]),
               second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(little ? second << 8 | first : first << 8 | second);
  };
  std::string text;
  for (std::size_t at = is_marked ? 2 : 0; at + 1 < bytes.size(); at += 2) {
    char32_t value = unit(at);
    if (value >= 0xD800 && value < 0xDC00 && at + 3 < bytes.size()) {
      const char32_t low = unit(at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    append_utf8(text, value >= 0xD800 && value < 0xE000 ? char32_t{0xFFFD} : value);
  }
  return text;
}

class SecretsOfText {
 public:
  SecretsOfText(const SecretScanner::Result& found, const RelPath* path, std::string_view before,
                std::string_view after)
      : found_(found), path_(path), before_(before), after_(after), lines_(before, after) {}

  std::vector<CheckFinding> run() {
    std::vector<CheckFinding> findings;
    for (const SecretScanner::Match& match : found_.matches)
      if (lines_.touches(match.secret)) findings.push_back(finding(match));
    for (const SecretRule* rule : found_.too_many)
      findings.push_back(of_file(*rule, "matches in so many places that the rest was not looked at"));
    if (before_.empty())
      for (const SecretRule* rule : found_.by_path)
        findings.push_back(of_file(*rule, "looks like " + printable(rule->description)));
    return findings;
  }

 private:
  CheckFinding of_file(const SecretRule& rule, std::string message) const {
    CheckFinding finding;
    finding.rule = "secret/" + rule.id;
    if (path_ != nullptr) finding.path = *path_;
    finding.message = std::move(message);
    finding.fingerprint = finding.allowance();
    return finding;
  }

  CheckFinding finding(const SecretScanner::Match& match) const {
    const std::string_view secret = match.secret.in(after_);
    const LineIndex line = lines_.line_at(match.whole.begin);
    CheckFinding finding = of_file(*match.rule, "looks like " + printable(match.rule->description));
    finding.fingerprint +=
        ':' + sha256_hex(finding.fingerprint + '\0' + std::string(secret)).substr(0, fingerprint_digits);
    if (is_binary(after_)) return finding;
    finding.line = static_cast<int>(line) + 1;
    finding.excerpt = excerpt(line);
    const std::string_view text = lines_.line(line);
    if (is_upstream(match)) {
      finding.severity = CheckSeverity::warning;
      finding.message += ", which upstream has already";
    } else if (std::any_of(std::begin(allowing_words), std::end(allowing_words),
                           [&](std::string_view word) { return text.find(word) != text.npos; })) {
      finding.severity = CheckSeverity::warning;
      finding.message += ", which its line allows";
    }
    return finding;
  }

  /// A short secret may be a word of upstream's text that is no secret there.
  [[nodiscard]] bool is_upstream(const SecretScanner::Match& match) const {
    constexpr std::size_t long_enough = 12;
    const std::string_view secret = match.secret.in(after_);
    return before_.find(secret.size() >= long_enough ? secret : match.whole.in(after_)) !=
           std::string_view::npos;
  }

  /// The line without the secrets that are in it, whatever rule found them.
  std::string excerpt(LineIndex line) const {
    const ByteRange range = lines_.range_of(line);
    if (range.size() > shown_line_bytes) return std::string(hidden);
    std::string text;
    std::size_t at = range.begin;
    std::set<std::string_view> secrets;
    auto match = std::partition_point(found_.matches.begin(), found_.matches.end(),
                                      [&](const auto& m) { return m.secret.end <= range.begin; });
    for (; match != found_.matches.end() && match->secret.begin < range.end; ++match) {
      secrets.insert(match->secret.in(after_));
      text += after_.substr(at, std::max(match->secret.begin, at) - at);
      text += hidden;
      at = std::max(at, match->secret.end);
    }
    if (at < range.end) text += after_.substr(at, range.end - at);
    for (const std::string_view secret : secrets)
      for (std::size_t found = 0; (found = text.find(secret, found)) != text.npos; found += hidden.size())
        text.replace(found, secret.size(), hidden);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return shortened(printable(redacted(text)));
  }

  const SecretScanner::Result& found_;
  const RelPath* path_;
  std::string_view before_, after_;
  OutgoingLines lines_;
};

}  // namespace

std::vector<CheckFinding> find_secrets(const SecretScanner& scanner, const RelPath* path,
                                       std::string_view before, std::string_view after) {
  const auto plain_before = from_utf16(before), plain_after = from_utf16(after);
  if (plain_before) before = *plain_before;
  if (plain_after) after = *plain_after;
  const SecretScanner::Result found = scanner.scan(after, path);
  return SecretsOfText(found, path, before, after).run();
}

}  // namespace ddx
