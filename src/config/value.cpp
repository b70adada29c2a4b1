#include "config/value.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include "base/text.hpp"
#include "ddx/oid.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::array<Unit, 4> duration_units{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::uint64_t longest_duration_ms = 24 * 3'600'000;

constexpr std::array<Unit, 6> size_units{
    {{"", 1}, {"B", 1}, {"KiB", 1ull << 10}, {"MiB", 1ull << 20}, {"GiB", 1ull << 30}, {"TiB", 1ull << 40}}};
constexpr std::uint64_t largest_size_bytes = 1ull << 50;

constexpr std::array<std::pair<std::string_view, Side>, 5> sides{{{"ask", Side::ask},
                                                                  {"markers", Side::markers},
                                                                  {"mine", Side::mine},
                                                                  {"theirs", Side::theirs},
                                                                  {"union", Side::union_of_both}}};

/// `text` as a number with one of the units, from 1 to `most` of the smallest one.
std::optional<std::uint64_t> measure(std::string_view text, std::span<const Unit> units, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || number == 0) return std::nullopt;
  std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (suffix.starts_with(' ')) suffix.remove_prefix(1);
  for (const Unit& unit : units)
    if (unit.suffix == suffix && number <= most / unit.factor) return number * unit.factor;
  return std::nullopt;
}

std::string_view without_slashes_at_ends(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string Value::subject() const {
  return key_.empty() ? fmt::format("'{}'", where_) : fmt::format("'{}': '{}'", where_, key_);
}

Error Value::wrong(std::string_view allowed) const {
  return Error(ErrorCode::config_invalid,
               fmt::format("{} is '{}', but must be {}", subject(), printable(text_), allowed),
               {{Recovery::fix_config, where_}});
}

Error Value::refused(std::string_view why) const {
  return Error(ErrorCode::config_invalid, fmt::format("{} cannot be used: {}", subject(), why),
               {{Recovery::fix_config, where_}});
}

bool Value::as_bool() const {
  if (text_ == "true") return true;
  if (text_ == "false") return false;
  throw wrong("true or false");
}

std::uint64_t Value::as_number(std::uint64_t least, std::uint64_t most) const {
  std::uint64_t number = 0;
  const char* const text_end = text_.data() + text_.size();
  const auto [end, failure] = std::from_chars(text_.data(), text_end, number);
  if (failure != std::errc() || end != text_end || number < least || number > most)
    throw wrong(fmt::format("a number from {} to {}", least, most));
  return number;
}

std::chrono::milliseconds Value::as_duration() const {
  const auto duration = measure(text_, duration_units, longest_duration_ms);
  if (!duration) throw wrong("a time such as 500ms, 10s or 2m, up to 24h");
  return std::chrono::milliseconds(*duration);
}

std::uint64_t Value::as_size() const {
  const auto size = measure(text_, size_units, largest_size_bytes);
  if (!size) throw wrong("a size such as 4096, 500KiB, 100MiB or 2GiB");
  return *size;
}

Side Value::as_side() const {
  for (const auto& [word, side] : sides)
    if (word == text_) return side;
  throw wrong("one of ask, markers, mine, theirs, union");
}

UpstreamUrl Value::as_url() const {
  try {
    return UpstreamUrl::parse(text_);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", subject(), error.what()),
                {{Recovery::fix_config, where_}});
  }
}

BranchName Value::as_branch() const {
  if (!is_ref_name(text_)) throw wrong("a branch name that git accepts");
  return BranchName(text_);
}

TagName Value::as_tag() const {
  if (!is_ref_name(text_)) throw wrong("a tag name that git accepts");
  return TagName(text_);
}

CommitName Value::as_commit() const {
  if (!Oid::parse(text_)) throw wrong("a commit id of 40 hexadecimal digits");
  return CommitName(text_);
}

std::string Value::as_subtree() const {
  const std::string_view folder = without_slashes_at_ends(text_);
  std::string why;
  if (!folder.empty() && !RelPath::try_parse(folder, &why)) throw refused(why);
  return std::string(folder);
}

std::string Value::as_local_tree() const {
  std::string_view folder = text_;
  if (folder.ends_with('/')) folder.remove_suffix(1);
  if (folder.empty() || folder == ".") throw wrong("a folder below the project's root");
  std::string why;
  const auto path = RelPath::try_parse(folder, &why);
  if (!path) throw refused(why);
  for (const char* own : {".ddx.yml", ".ddx.lock"})
    if (path->is_below(RelPath::parse(own))) throw refused(fmt::format("'{}' is a file of ddx", own));
  return path->str();
}

std::string_view config_word(Side side) {
  for (const auto& [word, candidate] : sides)
    if (candidate == side) return word;
  throw Error(ErrorCode::internal, "a side without a word");
}

}  // namespace ddx
