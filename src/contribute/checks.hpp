#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "contribute/allowance.hpp"
#include "contribute/contribution_rules.hpp"
#include "contribute/outgoing.hpp"
#include "contribute/secret_rules.hpp"
#include "ddx/contribution_check.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

struct CheckSettings {
  std::uint64_t max_file_size_bytes = std::uint64_t{10} << 20;
  std::size_t max_files = 500;
  SecretRules secrets = built_in_secret_rules();
  ContributionRulesFile upstream_rules;
  /// All files of the tree that is contributed to, for names that are one where case does not count.
  std::vector<RelPath> upstream_paths;
  std::vector<Allowance> allowances;
  /// What is wrong with symbolic links of the tree as it would be, and with files behind them.
  std::vector<std::pair<RelPath, std::string>> link_problems;
};

/// Everything that is checked before a contribution leaves the machine. Reads each file once or twice, one
/// at a time, and runs nothing.
[[nodiscard]] CheckReport check_outgoing(const std::vector<OutgoingFile>& files, const OutgoingText& text,
                                         const CheckSettings& settings);

}  // namespace ddx
