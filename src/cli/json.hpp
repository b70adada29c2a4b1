#pragma once

#include <string>
#include <vector>

#include "ddx/diff.hpp"
#include "ddx/doctor.hpp"
#include "ddx/error.hpp"
#include "ddx/history.hpp"
#include "ddx/init.hpp"
#include "ddx/pull.hpp"
#include "ddx/rollback.hpp"
#include "ddx/status.hpp"

/// Reports as the one JSON object that `--format json` prints, each as its file in docs/schema/ says: always
/// the same fields, `null` for none, everything outside ASCII escaped, a line end after it. `exit` is the
/// process's exit code.
namespace ddx::cli::json {

[[nodiscard]] std::string error(const Error& error);
[[nodiscard]] std::string interruption(int exit);
[[nodiscard]] std::string init(const InitReport& report, int exit);
[[nodiscard]] std::string pull(const PullReport& report, int exit);
[[nodiscard]] std::string abort(const AbortReport& report);
[[nodiscard]] std::string status(const StatusReport& report, int exit);
[[nodiscard]] std::string diff(const DiffReport& report, int exit);
[[nodiscard]] std::string rollback(const RollbackReport& report, int exit);
[[nodiscard]] std::string operations(const std::vector<OperationSummary>& operations, int exit);
[[nodiscard]] std::string history(const HistoryReport& report, int exit);
[[nodiscard]] std::string verification(const HistoryVerification& report, int exit);
[[nodiscard]] std::string doctor(const DoctorReport& report, int exit);
[[nodiscard]] std::string version(const std::string& version, const std::vector<std::string>& libraries);
[[nodiscard]] std::string help(const std::string& command, const std::string& text);
[[nodiscard]] std::string completion(const std::string& shell, const std::string& script);

}  // namespace ddx::cli::json
