#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/synced_version.hpp"

namespace ddx {

enum class AuditResult {
  done,
  undone,    ///< it failed on its way, and what it had changed was put back
  finished,  ///< a recovery brought an interrupted operation to its end
  discarded  ///< a recovery threw away what an operation that changed nothing had left
};
[[nodiscard]] std::string_view to_string(AuditResult result);

struct AuditFile {
  RelPath path;  ///< relative to the project's root
  ChangeKind kind = ChangeKind::modified;
  friend bool operator==(const AuditFile&, const AuditFile&) = default;
};

/// What the audit log says about one change: who, when, where, how, and what came of it. Text may hold bytes
/// from upstream; credentials never get here.
struct AuditEntry {
  std::uint64_t number = 0;  ///< from 1; given by the log
  std::chrono::sys_seconds time;
  std::string user, machine, command;
  std::string author, email;      ///< as git knows the user; empty when it does not
  std::string project, worktree;  ///< as in the names of refs
  std::string operation;          ///< its id; empty for a change that is no operation
  std::string kind;               ///< `init`, `pull`, `continue`, `abort`, `rollback`, `recovery`…
  std::string summary;
  std::optional<SyncedVersion> from, to;
  std::vector<AuditFile> files;
  std::vector<std::string> decisions;
  AuditResult result = AuditResult::done;
  /// From the command's start until all that it does was staged: what is left then are renames.
  std::optional<std::chrono::milliseconds> duration;
};

}  // namespace ddx
