#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/history.hpp"

namespace ddx::audit {

struct Verified {
  std::uint64_t lines = 0;       ///< complete ones
  std::uint64_t entries = 0;     ///< sound ones among them
  std::set<std::string> hashes;  ///< of all entries, as they are and as they were staged
  std::vector<HistoryFinding> findings;
  bool cut_off = false;  ///< the log ends within a line; not among the findings
};

/// Checks a whole log: every line by itself, and that it continues the one before. Pure.
[[nodiscard]] Verified verify(std::string_view log);

}  // namespace ddx::audit
