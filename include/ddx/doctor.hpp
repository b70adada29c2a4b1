#pragma once

#include <string>
#include <vector>

#include "ddx/error.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

enum class Severity {
  fine,     ///< what was checked and is as it should be
  note,     ///< worth knowing, nothing to mend
  problem,  ///< something waits to be mended
  stuck,    ///< an interrupted operation that this ddx can neither finish nor undo here
  damage,   ///< something of ddx's own does not check out
};
[[nodiscard]] std::string to_string(Severity severity);

struct DoctorFinding {
  std::string check;  ///< a stable name: `pending-operation`, `audit-log`…
  Severity severity = Severity::fine;
  std::string message;          ///< one line, lower case, no full stop
  std::vector<NextStep> steps;  ///< how to mend it
  bool mended = false;          ///< `fix` did
};

enum class Fix { no, yes };

struct DoctorRequest {
  Fix fix = Fix::no;
  std::string adopt;      ///< id of an operation that was interrupted elsewhere and is to be ended here
  std::string set_aside;  ///< id of one whose files are to stay as they are
};

struct DoctorReport {
  std::vector<DoctorFinding> findings;  ///< in the order of the checks
  /// The worst that is not mended.
  [[nodiscard]] Severity worst() const;
};

/// Looks at the state that ddx keeps: interrupted and recovered operations, records, snapshots, the audit
/// log, locks, leftovers, what the file system can do. `fix` ends interrupted operations and clears away what
/// killed processes left; it never touches what is not ddx's own. One check that fails does not stop the
/// others. \throws Error (busy) with `fix` while another ddx works; Error (no_such_target) for an unknown
/// operation
DoctorReport doctor(const Workspace& workspace, const DoctorRequest& request, Host& host);

}  // namespace ddx
