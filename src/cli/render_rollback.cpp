#include <fmt/format.h>

#include "cli/render.hpp"
#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

std::string subject_of(const RollbackReport& report) {
  return report.target.empty() ? "operation " + report.undone : "the state of " + report.target;
}

std::string first_line(const RollbackReport& report) {
  const bool to_a_state = !report.target.empty();
  switch (report.result) {
    case RollbackResult::nothing_to_do:
      return "Nothing to roll back";
    case RollbackResult::planned:
      return fmt::format("Would {} {}", to_a_state ? "restore" : "undo", subject_of(report));
    case RollbackResult::rolled_back:
      return fmt::format("{} {}", to_a_state ? "Restored" : "Undid", subject_of(report));
    case RollbackResult::conflicts:
      return fmt::format("Undid {}, with {} to resolve", subject_of(report),
                         count_of(report.conflicts.size(), "conflict"));
  }
  return {};
}

/// The record has an arrow in it, whatever the locale was.
std::string in_this_locale(std::string summary, const Appearance& look) {
  constexpr std::string_view arrow = "→";
  if (const auto place = summary.find(arrow); place != std::string::npos)
    summary.replace(place, arrow.size(), look.arrow());
  return summary;
}

}  // namespace

Page rollback(const RollbackReport& report, const Appearance& look) {
  Page page;
  page.line({{first_line(report), Tone::strong}});
  if (!report.changes.empty()) {
    add_groups(page, report.changes);
    add_changes(page, report.changes, look);
  }
  if (!report.conflicts.empty()) {
    add_conflicts(page, report.conflicts, look);
    page.line({"  These files were edited since; both versions are in them, between markers."});
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
               {operation.undone ? "  (undone)" : "", Tone::faint}});
  }
  add_rest(page, operations.size(), look);
  return page.line().line({"'ddx rollback --to ID' restores the state after an operation."});
}

}  // namespace ddx::cli::render
