#pragma once

#include "ddx/diff.hpp"
#include "ddx/history.hpp"
#include "ddx/init.hpp"
#include "ddx/pull.hpp"
#include "ddx/rollback.hpp"
#include "ddx/status.hpp"

/// Reports made by hand, with every field filled in and some hostile text.
namespace ddx::test {

[[nodiscard]] Oid oid(char digit);
[[nodiscard]] PullReport pull_report();
[[nodiscard]] StatusReport status_report();
[[nodiscard]] DiffReport diff_report();
[[nodiscard]] RollbackReport rollback_report();
[[nodiscard]] std::vector<OperationSummary> operations();
[[nodiscard]] HistoryReport history_report();

}  // namespace ddx::test
