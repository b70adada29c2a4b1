#include "base/time.hpp"
#include "cli/json.hpp"
#include "cli/json_values.hpp"

namespace ddx::cli::json {

namespace {

Json synced(const SyncedVersion& version) {
  return {{"commit", version.commit.str()}, {"version", version.name}};
}

Json file(const AuditFile& file) { return {{"path", file.path.str()}, {"kind", to_string(file.kind)}}; }

/// A damaged line has the fields of an entry, with nothing in them.
Json damaged(const HistoryEntry& entry) {
  Json object = {{"type", "operation"}, {"number", nullptr}};
  for (const char* field : {"id", "kind", "result", "date", "author", "email", "user", "machine", "command",
                            "subject", "from", "to"})
    object[field] = nullptr;
  object["files"] = Json::array();
  object["decisions"] = Json::array();
  object["duration_ms"] = nullptr;
  object["damage"] = entry.damage;
  return object;
}

Json history_entry(const HistoryEntry& entry) {
  if (!entry.damage.empty()) return damaged(entry);
  const AuditEntry& operation = entry.operation;
  return {{"type", "operation"},
          {"number", operation.number},
          {"id", text_or_null(operation.operation)},
          {"kind", operation.kind},
          {"result", to_string(operation.result)},
          {"date", iso_utc(operation.time)},
          {"author", text_or_null(operation.author)},
          {"email", text_or_null(operation.email)},
          {"user", operation.user},
          {"machine", operation.machine},
          {"command", operation.command},
          {"subject", operation.summary},
          {"from", optional_of(operation.from, synced)},
          {"to", optional_of(operation.to, synced)},
          {"files", array_of(operation.files, file)},
          {"decisions", operation.decisions},
          {"duration_ms", optional_of(operation.duration, [](auto duration) { return duration.count(); })},
          {"damage", nullptr}};
}

Json finding(const HistoryFinding& finding) {
  return {{"line", finding.line == 0 ? Json(nullptr) : Json(finding.line)}, {"problem", finding.problem}};
}

}  // namespace

std::string history(const HistoryReport& report, int exit) {
  return dump(
      {{"schema", "ddx/history/1"}, {"entries", array_of(report.entries, history_entry)}, {"exit", exit}});
}

std::string verification(const HistoryVerification& report, int exit) {
  return dump({{"schema", "ddx/history-verify/1"},
               {"entries", report.entries},
               {"operations", report.operations},
               {"findings", array_of(report.findings, finding)},
               {"exit", exit}});
}

}  // namespace ddx::cli::json
