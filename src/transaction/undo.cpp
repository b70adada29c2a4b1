#include "transaction/undo.hpp"

#include <fmt/format.h>

#include <system_error>

#include "audit/log.hpp"
#include "transaction/effects.hpp"
#include "transaction/index_step.hpp"

namespace ddx {

namespace {

/// Whatever project of the work tree the operation belongs to: ids are unique.
void drop_refs(git::Repository& repository, const std::string& id) {
  for (const auto& [name, target] : repository.references("refs/ddx/")) {
    if (!name.ends_with("/op/" + id) && !name.ends_with("/snap/" + id)) continue;
    repository.remove_reference(name);
  }
}

/// \returns false on a full disk. Should we die before the end, the operation is finished instead of undone.
bool mark_aborting(OperationFolder& operation) {
  try {
    operation.mark_aborting();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace

void audit_outcome(const Workspace& workspace, Host& host, const AuditEntry& entry,
                   const audit::Staged& staged) {
  try {
    audit::Log log(workspace, host);
    log.append_outcome(entry, staged);
    log.flush();
  } catch (const std::system_error& failure) {
    host.events.warning(fmt::format("the audit log does not tell of this: {}", failure.what()));
  }
}

void tell_late_edits(const Workspace& workspace, Host& host, const OperationFolder& operation,
                     const std::vector<RelPath>& paths) {
  for (const RelPath& path : paths)
    host.events.warning(
        fmt::format("'{}' was still written to after it was replaced; what was written is in '{}'",
                    path.str(), (workspace.state_dir() / "done" / operation.id()).string()));
}

std::vector<RelPath> undo_operation(const Workspace& workspace, Host& host, git::Repository& repository,
                                    OperationFolder& operation, const Intent& intent, AuditEntry outcome) {
  const bool marked = mark_aborting(operation);
  Effects effects(workspace, host.files, operation, intent);
  std::vector<RelPath> left;
  for (const std::size_t index : effects.undo()) left.push_back(intent.record.effects[index].path);
  IndexStep(workspace, host, repository, operation).release();
  audit::Log log(workspace, host);
  log.take_back(intent.audit);
  outcome.operation = operation.id();
  outcome.result = AuditResult::undone;
  log.flush();
  audit_outcome(workspace, host, outcome, intent.audit);
  effects.settle();
  tell_late_edits(workspace, host, operation, effects.late_edits());
  if (left.empty() && marked) drop_refs(repository, operation.id());
  const bool retired = operation.retire();
  // Until then recovery would finish it, and then the refs are what keeps the state before.
  if (left.empty() && !marked && retired) drop_refs(repository, operation.id());
  return left;
}

void discard_operation(const Workspace& workspace, Host& host, git::Repository& repository,
                       OperationFolder& operation) {
  operation.withdraw_intent();  // first: with it but without the rest, recovery would take the operation for
                                // applied
  IndexStep(workspace, host, repository, operation).release();
  drop_refs(repository, operation.id());
  operation.discard();
}

}  // namespace ddx
