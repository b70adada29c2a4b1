#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ddx/audit_entry.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

/// One line of the audit log.
struct HistoryEntry {
  AuditEntry operation;
  std::string damage;  ///< why the line is not what ddx wrote; `operation` is then empty
};

/// Which entries are wanted: those that meet all of it.
struct HistoryRequest {
  std::string path;  ///< only what touched it or files below it; relative to the current folder, or else to
                     ///< the local tree
  std::optional<std::size_t> limit;
  std::optional<std::chrono::sys_seconds> since, until;
  std::string author;          ///< part of the author's name, email or login name
  std::string text;            ///< part of the summary or of a decision
  std::set<ChangeKind> kinds;  ///< a file that was changed in one of these ways; `modified` includes `mode`
};

struct HistoryReport {
  std::vector<HistoryEntry> entries;  ///< newest first
  [[nodiscard]] bool is_damaged() const;
};

/// The operations of this project in this work tree, as the audit log of the clone has them. Damaged lines,
/// whose project nobody knows, are among them. \throws Error (path_unknown)
HistoryReport history(const Workspace& workspace, const HistoryRequest& request, Host& host);

/// Something wrong with the audit log.
struct HistoryFinding {
  std::uint64_t line = 0;  ///< from 1; 0 when it is about what is not in the log
  std::string problem;
  friend bool operator==(const HistoryFinding&, const HistoryFinding&) = default;
};

struct HistoryVerification {
  std::uint64_t entries = 0;     ///< sound ones
  std::uint64_t operations = 0;  ///< whose records were looked up in the log
  std::vector<HistoryFinding> findings;
};

/// Checks the whole log, and that it has every operation that left a record, in all projects and work trees
/// of the clone.
HistoryVerification verify_history(const Workspace& workspace, Host& host);

}  // namespace ddx
