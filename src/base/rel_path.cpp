#include "ddx/rel_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/git_names.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

constexpr std::size_t component_bytes_limit = 255;
constexpr std::size_t component_limit = 64;
constexpr std::size_t path_bytes_limit = 3072;

/// What a byte makes us look at more closely. Most paths have none of it, and there are many paths.
enum ByteTrait : std::uint8_t { plain = 0, control = 1, beyond_ascii = 2, backslash = 4 };

constexpr std::array<std::uint8_t, 256> traits_of_bytes = [] {
  std::array<std::uint8_t, 256> traits{};
  for (std::size_t byte = 0; byte < traits.size(); ++byte)
    traits[byte] = byte >= 0x80 ? beyond_ascii : is_control(static_cast<char32_t>(byte)) ? control : plain;
  traits['\\'] = backslash;
  return traits;
}();

/// \returns the broken rule, or an empty text
std::string_view problem_beyond_ascii(std::string_view component) {
  while (!component.empty()) {
    const CodePoint point = decode_utf8(component);
    if (point.bytes == 0) return "it is not valid UTF-8";
    if (is_control(point.value)) return "it holds a control character";
    if (is_bidi_control(point.value)) return "it holds a character that reverses the direction of text";
    component.remove_prefix(point.bytes);
  }
  return {};
}

bool has_parent_behind_backslash(std::string_view component) {
  return component.starts_with("..\\") || component.ends_with("\\..") ||
         component.find("\\..\\") != component.npos;
}

std::string_view problem_of_component(std::string_view component, unsigned traits) {
  if (component.empty()) return "it has an empty component";
  if (component == ".") return "it has a component '.'";
  if (component == "..") return "it has a component '..'";
  if (component.size() > component_bytes_limit) return "one of its components is longer than 255 bytes";
  if ((traits & control) != 0) return "it holds a control character";
  if ((traits & beyond_ascii) != 0) {
    if (const auto problem = problem_beyond_ascii(component); !problem.empty()) return problem;
  }
  if ((traits & backslash) != 0 && has_parent_behind_backslash(component))
    return "it has a component '..' where '\\' separates folders";
  const char first = component.front();
  if ((traits != plain || first == '.' || first == 'g' || first == 'G') && is_dot_git(component))
    return "some file systems take one of its components for '.git'";
  return {};
}

/// What joining two good paths can break.
std::string_view problem_of_length(std::string_view path) {
  if (path.size() > path_bytes_limit) return "it is longer than 3072 bytes";
  if (std::count(path.begin(), path.end(), '/') >= static_cast<std::ptrdiff_t>(component_limit))
    return "it has more than 64 components";
  return {};
}

std::string_view problem_of_path(std::string_view path) {
  if (path.empty()) return "it is empty";
  if (path.front() == '/') return "it is absolute";
  if (path.size() > path_bytes_limit) return "it is longer than 3072 bytes";
  std::size_t start = 0, components = 0;
  unsigned traits = plain;
  for (std::size_t at = 0; at <= path.size(); ++at) {
    if (at < path.size() && path[at] != '/') {
      traits |= traits_of_bytes[static_cast<unsigned char>(path[at])];
      continue;
    }
    const auto problem = problem_of_component(path.substr(start, at - start), traits);
    if (!problem.empty()) return problem;
    if (++components > component_limit) return "it has more than 64 components";
    start = at + 1;
    traits = plain;
  }
  return {};
}

Error refused(std::string_view text, std::string_view problem) {
  return Error(ErrorCode::usage, fmt::format("cannot use the path '{}': {}", printable(text), problem));
}

}  // namespace

RelPath RelPath::parse(std::string_view text) {
  const auto problem = problem_of_path(text);
  if (!problem.empty()) throw refused(text, problem);
  return RelPath(std::string(text));
}

std::optional<RelPath> RelPath::try_parse(std::string_view text, std::string* why) {
  const auto problem = problem_of_path(text);
  if (problem.empty()) return RelPath(std::string(text));
  if (why != nullptr) *why = problem;
  return std::nullopt;
}

std::string_view RelPath::name() const {
  return std::string_view(text_).substr(text_.rfind('/') + 1);  // npos + 1 is 0: all of it
}

std::string_view RelPath::parent() const {
  const std::size_t slash = text_.rfind('/');
  return slash == text_.npos ? std::string_view() : std::string_view(text_).substr(0, slash);
}

RelPath RelPath::join(const RelPath& other) const {
  RelPath joined(text_ + '/' + other.text_);
  if (const auto problem = problem_of_length(joined.text_); !problem.empty())
    throw refused(joined.text_, problem);
  return joined;
}

std::optional<RelPath> RelPath::child(std::string_view name) const {
  if (name.find('/') != name.npos || !problem_of_path(name).empty()) return std::nullopt;
  RelPath joined(text_ + '/' + std::string(name));
  if (!problem_of_length(joined.text_).empty()) return std::nullopt;
  return joined;
}

std::optional<RelPath> RelPath::relative_to(const RelPath& folder) const {
  if (text_.size() == folder.text_.size() || !is_below(folder)) return std::nullopt;
  return RelPath(text_.substr(folder.text_.size() + 1));
}

bool RelPath::is_below(const RelPath& folder) const {
  const std::string& start = folder.text_;
  return text_.starts_with(start) && (text_.size() == start.size() || text_[start.size()] == '/');
}

std::filesystem::path RelPath::below(const std::filesystem::path& root) const { return root / text_; }

}  // namespace ddx
