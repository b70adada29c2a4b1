#include <fmt/format.h>

#include "cli/render.hpp"
#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

std::string subject_of(const RollbackReport& report) {
  if (!report.target.empty()) return "the state of " + report.target;
  if (report.undone.size() == 1) return "operation " + report.undone.front();
  return count_of(report.undone.size(), "operation");
}

std::string first_line(const RollbackReport& report) {
  const bool to_a_state = !report.target.empty();
  switch (report.result) {
    case RollbackResult::nothing_to_do:
      return "Nothing to roll back";
    case RollbackResult::planned:
      return (to_a_state ? "Would restore " : "Would undo ") + subject_of(report);
    case RollbackResult::rolled_back:
      return (to_a_state ? "Restored " : "Undid ") + subject_of(report);
    case RollbackResult::conflicts:
      return fmt::format("Cannot undo {}: the same lines were edited since in {}", subject_of(report),
                         count_of(report.conflicts.size(), "file"));
  }
  return {};
}

/// A rollback that meets later edits on the same lines leaves everything as it is.
void add_ways_out(Page& page, const RollbackReport& report, const Appearance& look) {
  page.line();
  for (std::size_t i = 0; i < std::min(report.conflicts.size(), list_limit(look)); ++i)
    page.line({"  ", {report.conflicts[i].path.str(), Tone::failure}});
  add_rest(page, report.conflicts.size(), look);
  page.heading("Nothing was changed");
  page.line({"  undo it for other files:                ddx rollback -- PATH..."});
  page.line({"  restore the state before it exactly:    ddx rollback --to snap-" +
             (report.undone.empty() ? report.target : report.undone.back())});
  page.line({"  (your later edits are then in the snapshot that this takes first)"});
}

}  // namespace

Page rollback(const RollbackReport& report, const Appearance& look) {
  Page page;
  page.line({{first_line(report), Tone::strong}});
  if (report.result == RollbackResult::conflicts) {
    add_ways_out(page, report, look);
    return page;
  }
  if (!report.changes.empty()) {
    add_groups(page, report.changes);
    add_changes(page, report.changes, look);
  }
  if (report.result == RollbackResult::nothing_to_do) return page;
  page.line();
  if (report.result == RollbackResult::planned)
    return page.line({"Nothing was changed: this was a dry run."});
  if (report.commit) page.line({"Committed as " + report.commit->short_str() + "."});
  if (!report.snapshot.empty())
    page.line({"The state before is snapshot " + report.snapshot + "; 'ddx rollback --to " + report.snapshot +
               "' restores it."});
  return page;
}

Page operations(const std::vector<OperationSummary>& operations, const Appearance& look) {
  Page page;
  if (operations.empty()) return page.line({"No operation has been recorded yet."});
  for (std::size_t i = 0; i < std::min(operations.size(), list_limit(look)); ++i) {
    const OperationSummary& operation = operations[i];
    page.line({{operation.id, Tone::caution},
               "  " + minute(operation.date) + "  " + padded(operation.kind, 8) + "  ",
               in_this_locale(operation.summary, look),
               {operation.undone ? "  (undone)" : "", Tone::faint},
               {operation.damage.empty() ? "" : "  damaged: " + operation.damage, Tone::failure}});
  }
  add_rest(page, operations.size(), look);
  return page.line().line(
      {"'ddx rollback --to ID' restores the state after an operation, '--to snap-ID' the state before it."});
}

}  // namespace ddx::cli::render
