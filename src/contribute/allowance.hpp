#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ddx/contribution_check.hpp"

namespace ddx {

/// What the user lets pass: `RULE:PATH`, or a finding's fingerprint. RULE is a rule or, as `secret`, all
/// rules that begin with it and a '/'. PATH is a file, a folder with all below it, or `.` for everything.
class Allowance {
 public:
  /// \throws Error (usage) where rule or path is missing
  static Allowance parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool covers(const CheckFinding& finding) const;

 private:
  Allowance(std::string text, std::string rule, std::string path)
      : text_(std::move(text)), rule_(std::move(rule)), path_(std::move(path)) {}
  std::string text_, rule_, path_;
};

/// Marks what is allowed. \returns the allowances that cover no finding, as they were given
[[nodiscard]] std::vector<std::string> allow(std::vector<CheckFinding>& findings,
                                             const std::vector<Allowance>& allowances);

}  // namespace ddx
