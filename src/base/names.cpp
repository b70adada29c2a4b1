#include "ddx/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "ddx/error.hpp"
#include "ddx/oid.hpp"

namespace ddx {

namespace {

constexpr std::string_view default_branch = "default branch";
constexpr std::string_view branch = "branch ";
constexpr std::string_view tag = "tag ";
constexpr std::string_view commit = "commit ";

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

bool is_ref_component(std::string_view component) {
  return !component.empty() && component.front() != '.' && !component.ends_with(".lock");
}

bool is_allowed_in_ref(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value > ' ' && value != 0x7F && std::string_view("~^:?*[\\").find(byte) == std::string_view::npos;
}

}  // namespace

std::string describe(const Follow& follow) {
  return std::visit(
      Overloaded{[](const DefaultBranch&) { return std::string(default_branch); },
                 [](const BranchName& name) { return fmt::format("{}{}", branch, name.str()); },
                 [](const TagName& name) { return fmt::format("{}{}", tag, name.str()); },
                 [](const CommitName& name) { return fmt::format("{}{}", commit, name.str()); }},
      follow);
}

Follow parse_follow(std::string_view text) {
  if (text == default_branch) return DefaultBranch{};
  const auto name_behind = [&](std::string_view kind) -> std::string {
    return text.starts_with(kind) ? std::string(text.substr(kind.size())) : std::string();
  };
  if (auto name = name_behind(branch); is_ref_name(name)) return BranchName(std::move(name));
  if (auto name = name_behind(tag); is_ref_name(name)) return TagName(std::move(name));
  if (auto name = name_behind(commit); Oid::parse(name)) return CommitName(std::move(name));
  throw Error(ErrorCode::lock_damaged, fmt::format("'{}' names no branch, tag or commit", printable(text)));
}

bool is_ref_name(std::string_view name) {
  if (name.empty() || name.front() == '-' || name.back() == '.' || name == "@" || name == "HEAD")
    return false;
  if (name.find("..") != name.npos || name.find("@{") != name.npos) return false;
  if (!std::all_of(name.begin(), name.end(), is_allowed_in_ref) || !is_valid_utf8(name)) return false;
  for (std::string_view rest = name;;) {
    const std::size_t end = rest.find('/');
    if (!is_ref_component(rest.substr(0, end))) return false;
    if (end == rest.npos) return true;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace ddx
