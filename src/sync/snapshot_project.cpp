#include "sync/snapshot_project.hpp"

#include <fmt/format.h>

#include <system_error>

#include "audit/log.hpp"
#include "sync/rollback_plan.hpp"

namespace ddx {

Project open_for_snapshots(const Workspace& workspace, Host& host) {
  RollbackRequest whole_state;
  whole_state.to = "";
  return open_for_rollback(workspace, host, whole_state);
}

void audit_change(const Project& project, const std::string& kind, const std::string& summary) {
  try {
    AuditEntry entry = audit::begin_entry(project.workspace, project.host, project.repository);
    entry.kind = kind;
    entry.summary = summary;
    audit::append(project.workspace, project.host, entry);
  } catch (const std::system_error& failure) {
    project.host.events.warning(fmt::format("the audit log does not tell of this: {}", failure.what()));
  }
}

}  // namespace ddx
