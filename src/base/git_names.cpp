#include "base/git_names.hpp"

#include <algorithm>
#include <string>

#include "base/unicode.hpp"

namespace ddx {

namespace {

constexpr std::string_view decimal_digits = "0123456789";

constexpr bool is_left_out_by_hfs(char32_t value) {
  return (value >= 0x200C && value <= 0x200F) || (value >= 0x202A && value <= 0x202E) ||
         (value >= 0x206A && value <= 0x206F) || value == 0xFEFF;
}

/// The component as HFS+ compares it, with ASCII letters in lower case.
std::string as_compared(std::string_view component) {
  std::string out;
  while (!component.empty()) {
    const CodePoint point = decode_utf8(component);
    const std::size_t bytes = std::max<std::size_t>(point.bytes, 1);
    if (point.bytes == 1)
      out += static_cast<char>(fold(point.value));
    else if (!is_left_out_by_hfs(point.value))
      out += component.substr(0, bytes);
    component.remove_prefix(bytes);
  }
  return out;
}

/// NTFS drops dots and spaces at the end, and everything from ':' on names a stream of the same file.
bool is_dropped_by_ntfs(std::string_view tail) {
  const std::size_t end = tail.find_first_not_of(" .");
  return end == tail.npos || tail[end] == ':';
}

/// Whether `name` is `stem~N`.
bool is_short_name(std::string_view name, std::string_view stem) {
  if (!name.starts_with(stem) || !name.substr(stem.size()).starts_with('~')) return false;
  const std::string_view number = name.substr(stem.size() + 1);
  const std::size_t digits = std::min(number.find_first_not_of(decimal_digits), number.size());
  return digits > 0 && is_dropped_by_ntfs(number.substr(digits));
}

bool is_name_or_stream(std::string_view name, std::string_view wanted) {
  return name.starts_with(wanted) && is_dropped_by_ntfs(name.substr(wanted.size()));
}

/// NTFS makes these from a hash when `stem~1` to `stem~4` are taken: the start of `hashed`, '~' and a number,
/// eight in all.
bool is_hashed_short_name(std::string_view name, std::string_view hashed) {
  constexpr std::size_t length = 8;
  const std::size_t tilde = name.find('~');
  if (tilde > hashed.size() || name.size() < length) return false;
  const std::string_view number = name.substr(tilde + 1, length - tilde - 1);
  return name.substr(0, tilde) == hashed.substr(0, tilde) &&
         number.find_first_not_of(decimal_digits) == number.npos && is_dropped_by_ntfs(name.substr(length));
}

struct SpecialFile {
  std::string_view name, stem, hashed;
};

constexpr SpecialFile special_files[] = {
    {".gitmodules", "gitmod", "gi7eba"},
    {".gitattributes", "gitatt", "gi7d29"},
    {".gitignore", "gitign", "gi250a"},
    {".mailmap", "mailma", "maba30"},
};

template <class Rule>
bool any_part(std::string_view component, Rule rule) {
  const std::string name = as_compared(component);
  for (std::string_view rest = name;;) {
    const std::size_t end = rest.find('\\');
    if (rule(rest.substr(0, end))) return true;
    if (end == rest.npos) return false;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_dot_git(std::string_view component) {
  return any_part(component, [](std::string_view name) {
    return is_name_or_stream(name, ".git") || is_short_name(name, "git");
  });
}

bool is_dot_git_file(std::string_view component) {
  return any_part(component, [](std::string_view name) {
    return std::any_of(std::begin(special_files), std::end(special_files), [&](const SpecialFile& file) {
      return is_name_or_stream(name, file.name) || is_short_name(name, file.stem) ||
             is_hashed_short_name(name, file.hashed);
    });
  });
}

}  // namespace ddx
