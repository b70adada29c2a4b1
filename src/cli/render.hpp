#pragma once

#include <string>
#include <vector>

#include "cli/page.hpp"
#include "cli/ui.hpp"
#include "ddx/diff.hpp"
#include "ddx/doctor.hpp"
#include "ddx/history.hpp"
#include "ddx/init.hpp"
#include "ddx/pull.hpp"
#include "ddx/rollback.hpp"
#include "ddx/status.hpp"

/// Reports as text for people. A long list is cut, with a line that says so, unless `--verbose` asks for all
/// of it.
namespace ddx::cli::render {

[[nodiscard]] Page init(const InitReport& report, const Appearance& look);
/// A dry run reads like the run that follows it but for the first line and the last.
[[nodiscard]] Page pull(const PullReport& report, const Appearance& look);
[[nodiscard]] Page continued(const PullReport& report, const Appearance& look);
/// What `abort` leaves to be done.
[[nodiscard]] std::vector<std::string> abort_warnings(const AbortReport& report);
[[nodiscard]] Page abort(const AbortReport& report, const Appearance& look);

[[nodiscard]] Page status(const StatusReport& report, const Appearance& look);
/// `XY path` for what is not in sync: X is this side, Y is upstream.
[[nodiscard]] Page short_status(const StatusReport& report);

/// As `git diff` writes it; `git apply` reads it.
[[nodiscard]] Page diff(const DiffReport& report);
[[nodiscard]] Page diff_stat(const DiffReport& report, const Appearance& look);
[[nodiscard]] Page diff_names(const DiffReport& report);
[[nodiscard]] Page diff_name_status(const DiffReport& report);

[[nodiscard]] Page rollback(const RollbackReport& report, const Appearance& look);
[[nodiscard]] Page operations(const std::vector<OperationSummary>& operations, const Appearance& look);

[[nodiscard]] Page history(const HistoryReport& report, const Appearance& look);
[[nodiscard]] Page verification(const HistoryVerification& report, const Appearance& look);

[[nodiscard]] Page doctor(const DoctorReport& report);

}  // namespace ddx::cli::render
