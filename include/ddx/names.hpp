#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace ddx {

/// A string that means one thing. Two tags cannot be mixed up.
template <class Tag>
class Name {
 public:
  explicit Name(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& str() const { return text_; }
  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  std::string text_;
};

using BranchName = Name<struct BranchTag>;
using TagName = Name<struct TagTag>;
/// A full commit id, as the user typed it.
using CommitName = Name<struct CommitTag>;
/// The upstream's default branch, whatever it is called there.
struct DefaultBranch {
  friend auto operator<=>(const DefaultBranch&, const DefaultBranch&) = default;
};

/// What of the upstream is followed.
using Follow = std::variant<DefaultBranch, BranchName, TagName, CommitName>;

/// For people and for the lock: `branch main`, `tag v1.2`, `commit <id>`, `default branch`.
[[nodiscard]] std::string describe(const Follow& follow);

/// The inverse of `describe`. \throws Error (ErrorCode::lock_damaged)
[[nodiscard]] Follow parse_follow(std::string_view text);

/// Whether git accepts it as a branch or tag name (git-check-ref-format(1)), it is valid UTF-8 and does not
/// begin with '-'.
[[nodiscard]] bool is_ref_name(std::string_view name);

}  // namespace ddx
