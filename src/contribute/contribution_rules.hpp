#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/selection.hpp"
#include "contribute/outgoing.hpp"
#include "contribute/pattern.hpp"
#include "ddx/contribution_check.hpp"

namespace ddx {

/// Where upstream keeps its rules, from the root of its tree.
inline constexpr std::string_view contribution_rules_name = ".ddx-contribution.yml";

/// What an upstream asks of contributions. It can forbid, and nothing else: what it says makes no other check
/// weaker, and is never run. \see docs/contribution-rules.md
struct ContributionRules {
  std::optional<std::uint64_t> max_file_size_bytes;
  std::optional<std::size_t> max_files;
  PatternList allowed_paths;  ///< none: all
  PatternList forbidden_paths;
  bool require_signoff = false;
  std::optional<Pattern> title_pattern, branch_pattern;
  std::optional<std::size_t> title_max_length;  ///< in characters
  bool require_body = false;                    ///< of every commit message
  std::string notes;  ///< for the contributor; harmless for a terminal, with its line ends
};

struct ContributionRulesFile {
  ContributionRules rules;  ///< what could be read
  /// What could not, as errors that a contributor can allow; unknown keys as warnings. For the report.
  std::vector<CheckFinding> findings;
};

/// \param text  of upstream's version; throws nothing, whatever it is
[[nodiscard]] ContributionRulesFile read_contribution_rules(std::string_view text);

/// What the rules say about one path, that of a deletion too.
[[nodiscard]] std::vector<CheckFinding> check_against(const ContributionRules& rules,
                                                      const OutgoingFile& file);

/// What they say about title, messages and branch.
[[nodiscard]] std::vector<CheckFinding> check_against(const ContributionRules& rules,
                                                      const OutgoingText& text);

}  // namespace ddx
