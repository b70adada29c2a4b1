#pragma once

#include <string>
#include <vector>

#include "config/selection.hpp"
#include "ddx/pull.hpp"

namespace ddx {

/// Which side a conflict takes without asking. The first rule that matches the path decides.
class Policy {
 public:
  struct Decision {
    Side side = Side::markers;
    std::string origin;  ///< for the report: `--mine`, `sync.conflicts`…; empty for markers
  };

  Policy() = default;
  /// \param asked       what the command line says; comes first
  /// \param configured  `sync.conflicts`
  /// \param fallback    `sync.conflict`
  Policy(const std::vector<SideRule>& asked, const std::vector<SideRule>& configured, Side fallback);
  [[nodiscard]] Decision decide(const RelPath& path) const;

 private:
  struct Rule {
    PatternList paths;  ///< empty: every path
    Decision decision;
  };
  std::vector<Rule> rules_;
};

}  // namespace ddx
