#include "cli/json_resolve.hpp"

#include "cli/json_values.hpp"
#include "cli/resolving.hpp"

namespace ddx::cli::json {

namespace {

Json pending_object(const PendingConflict& pending) {
  Json object = conflict(pending.conflict, resolving_commands(pending.conflict));
  object["old_path"] = optional_of(pending.old_path, path_text);
  object["decided"] = text_or_null(pending.decided);
  object["decision"] = text_or_null(pending.words);
  object["remembered"] = pending.remembered;
  return object;
}

Json hunk_object(const MarkedHunk& hunk) {
  return {{"yours", hunk.ours},
          {"original", hunk.base ? Json(*hunk.base) : Json(nullptr)},
          {"upstream", hunk.theirs}};
}

Json side_object(const ConflictSide& side) {
  return {{"mode", to_string(side.mode)}, {"bytes", side.bytes.size()}};
}

Json detail_object(const ConflictDetail& detail) {
  Json object = pending_object(detail.pending);
  object["binary"] = detail.binary;
  object["yours"] = optional_of(detail.here, side_object);
  object["original"] = optional_of(detail.base, side_object);
  object["upstream"] = optional_of(detail.theirs, side_object);
  object["text"] = detail.text ? array_of(detail.text->hunks, hunk_object) : Json(nullptr);
  return object;
}

}  // namespace

std::string conflicts(const PendingConflicts& pending, int exit) {
  return dump({{"schema", "ddx/resolve-list/1"},
               {"operation", pending.operation},
               {"to", pending.to.str()},
               {"version", pending.version},
               {"total", pending.total},
               {"open", pending.open},
               {"conflicts", array_of(pending.conflicts, pending_object)},
               {"exit", exit}});
}

std::string conflict_details(const std::vector<ConflictDetail>& details, int exit) {
  return dump(
      {{"schema", "ddx/resolve-show/1"}, {"conflicts", array_of(details, detail_object)}, {"exit", exit}});
}

std::string resolved(const ResolveReport& report, int exit) {
  return dump(
      {{"schema", "ddx/resolve/1"},
       {"decided", array_of(report.decided,
                            [](const Resolved& one) -> Json {
                              return {{"path", one.path.str()}, {"how", one.how}, {"decision", one.words}};
                            })},
       {"undecided", array_of(report.undecided,
                              [](const Unresolved& one) -> Json {
                                return {{"path", one.path.str()}, {"why", one.why}};
                              })},
       {"left_alone", array_of(report.left_alone, path_text)},
       {"version", report.version},
       {"total", report.total},
       {"open", report.open},
       {"snapshot", text_or_null(report.snapshot)},
       {"operation", text_or_null(report.operation)},
       {"exit", exit}});
}

}  // namespace ddx::cli::json
