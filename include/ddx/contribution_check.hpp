#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "ddx/rel_path.hpp"

namespace ddx {

enum class CheckSeverity { warning, error };

/// Something that a check of a contribution has to say, before anything leaves the machine. No text in it
/// ever holds a secret that was found.
struct CheckFinding {
  std::string rule;             ///< as in docs/contribution-rules.md: `conflict-markers`, `secret/github-pat`
  std::optional<RelPath> path;  ///< of upstream's tree; nothing: the contribution as a whole
  int line = 0;                 ///< from 1; 0: the file as a whole
  CheckSeverity severity = CheckSeverity::error;
  std::string message;      ///< for people, one line; neither path, line nor rule are in it
  std::string excerpt;      ///< the line, made harmless for a terminal, `***` for every secret; may be empty
  std::string fingerprint;  ///< `RULE:PATH` or `RULE:PATH:HASH`; the same after edits elsewhere in the file
  bool allowable = true;    ///< no: nothing that upstream's users could take
  bool allowed = false;     ///< by an allowance of the user

  [[nodiscard]] bool stops() const { return severity == CheckSeverity::error && !allowed; }
  /// What `--allow` takes to let it pass: `RULE:PATH`, with `.` for the contribution as a whole.
  [[nodiscard]] std::string allowance() const { return rule + ':' + (path ? path->str() : "."); }
  friend bool operator==(const CheckFinding&, const CheckFinding&) = default;
};

/// What all checks found, by path and line; what concerns the whole contribution comes first.
struct CheckReport {
  std::vector<CheckFinding> findings;
  std::vector<std::string> unused_allowances;  ///< as they were given

  [[nodiscard]] bool passed() const {
    return std::none_of(findings.begin(), findings.end(), [](const CheckFinding& f) { return f.stops(); });
  }
};

}  // namespace ddx
