#include "config/selection.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

/// git takes trailing spaces off a pattern, unless a backslash holds them.
std::string_view without_trailing_spaces(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
    } else if (text[i] == ' ') {
      continue;
    }
    length = i + 1;
  }
  return text.substr(0, length);
}

const std::vector<std::string>& without_everything(const std::vector<std::string>& include) {
  static const std::vector<std::string> none;
  return include == std::vector<std::string>{"**"} ? none : include;
}

std::string digest_of(const std::vector<std::string>& include, const std::vector<std::string>& exclude) {
  if (include.empty() && exclude.empty()) return {};
  std::string text;
  for (const auto& pattern : include) text += fmt::format("include {} {}\n", pattern.size(), pattern);
  for (const auto& pattern : exclude) text += fmt::format("exclude {} {}\n", pattern.size(), pattern);
  return sha256_hex(text);
}

}  // namespace

std::optional<PatternList::Pattern> PatternList::parse(std::string_view text) {
  if (text.starts_with('#')) return std::nullopt;
  text = without_trailing_spaces(text);
  const bool negated = text.starts_with('!');
  if (negated) text.remove_prefix(1);
  const bool folder_only = text.ends_with('/');
  if (folder_only) text.remove_suffix(1);
  const bool anchored = text.find('/') != std::string_view::npos;
  if (text.starts_with('/')) text.remove_prefix(1);
  return Pattern{Glob(text), negated, folder_only, anchored};
}

PatternList::PatternList(const std::vector<std::string>& patterns) {
  for (const std::string& text : patterns) {
    if (text.empty()) throw Error(ErrorCode::config_invalid, "an empty pattern matches nothing");
    if (auto pattern = parse(text)) patterns_.push_back(std::move(*pattern));
  }
}

bool PatternList::last_match_takes(std::string_view path, Node node) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (pattern->folder_only && node == Node::file) continue;
    if (pattern->glob.matches(pattern->anchored ? path : name)) return !pattern->negated;
  }
  return false;
}

bool PatternList::matches(const RelPath& path) const {
  const std::string_view text = path.str();
  for (std::size_t end = text.find('/'); end != std::string_view::npos; end = text.find('/', end + 1))
    if (last_match_takes(text.substr(0, end), Node::folder)) return true;
  return last_match_takes(text, Node::file);
}

Selection::Selection(const std::vector<std::string>& include, const std::vector<std::string>& exclude)
    : include_(without_everything(include)),
      exclude_(exclude),
      digest_(digest_of(without_everything(include), exclude)) {}

bool Selection::contains(const RelPath& path) const {
  return (include_.empty() || include_.matches(path)) && !exclude_.matches(path);
}

}  // namespace ddx
