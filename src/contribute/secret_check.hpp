#pragma once

#include <string_view>
#include <vector>

#include "contribute/secret_scanner.hpp"
#include "ddx/contribution_check.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// A line of a text that goes out says so: a secret on it is a warning. \see docs/contribution-rules.md
inline constexpr std::string_view allowing_words[] = {"ddx:allow", "gitleaks:allow"};

/// The secrets in those lines of `after` that are not in `before`, by place; secrets that are elsewhere in
/// `before` as warnings.
/// \param path  nothing for a text without one, a commit's message
[[nodiscard]] std::vector<CheckFinding> find_secrets(const SecretScanner& scanner, const RelPath* path,
                                                     std::string_view before, std::string_view after);

}  // namespace ddx
