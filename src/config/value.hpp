#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "ddx/change.hpp"
#include "ddx/error.hpp"
#include "ddx/names.hpp"
#include "ddx/upstream_url.hpp"

namespace ddx {

/// The text of one setting, from a file or from a variable, on its way to becoming a value of its type. Every
/// conversion throws Error (config_invalid) that names the place, what was found and what is allowed.
class Value {
 public:
  /// \param where  `FILE:LINE:COLUMN` or the variable's name
  /// \param key  as in `sync.conflict`; empty if `where` says it
  Value(std::string where, std::string key, std::string text)
      : where_(std::move(where)), key_(std::move(key)), text_(std::move(text)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Error wrong(std::string_view allowed) const;
  /// The same for a text that is what it must be and still cannot be used, with the reason.
  [[nodiscard]] Error refused(std::string_view why) const;

  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::uint64_t as_number(std::uint64_t least, std::uint64_t most) const;
  /// `500ms`, `10s`, `2m`, `1h`; more than nothing and a day at most.
  [[nodiscard]] std::chrono::milliseconds as_duration() const;
  /// `4096`, `100KiB`, `1MiB`, `2GiB`; more than nothing and a PiB at most.
  [[nodiscard]] std::uint64_t as_size() const;
  [[nodiscard]] Side as_side() const;
  [[nodiscard]] UpstreamUrl as_url() const;
  [[nodiscard]] BranchName as_branch() const;
  [[nodiscard]] TagName as_tag() const;
  [[nodiscard]] CommitName as_commit() const;
  /// A folder of the upstream, slashes at its ends taken off; empty for all of it.
  [[nodiscard]] std::string as_subtree() const;
  /// The local tree, relative to the project's root.
  [[nodiscard]] std::string as_local_tree() const;

 private:
  [[nodiscard]] std::string subject() const;
  std::string where_, key_, text_;
};

/// As it is written in the config: `ask`, `markers`, `mine`, `theirs`, `union`.
[[nodiscard]] std::string_view config_word(Side side);

}  // namespace ddx
