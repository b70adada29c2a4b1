#pragma once

#include <vector>

#include "audit/log.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/repository.hpp"
#include "transaction/intent.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

/// Brings everything that the operation changed back to how it was, and retires it. May run again after a
/// crash at any point of it. \returns the paths that somebody edited meanwhile: they were left, and what they
/// held before stays in `done/<id>/` and in the
///          snapshot
/// \param outcome  the audit log's entry about it, but for the operation's id and the result
/// \throws std::system_error; Error: the next changing command goes on from there
std::vector<RelPath> undo_operation(const Workspace& workspace, Host& host, git::Repository& repository,
                                    OperationFolder& operation, const Intent& intent, AuditEntry outcome);

/// Adds an entry about what became of an operation to the audit log, durably. That it cannot be written is
/// told, and stops nobody.
void audit_outcome(const Workspace& workspace, Host& host, const AuditEntry& entry,
                   const audit::Staged& staged);

/// Says where content is that somebody wrote to files while they were moved.
void tell_late_edits(const Workspace& workspace, Host& host, const OperationFolder& operation,
                     const std::vector<RelPath>& paths);

/// Throws away an operation of which nothing was applied. \throws std::system_error; Error
void discard_operation(const Workspace& workspace, Host& host, git::Repository& repository,
                       OperationFolder& operation);

}  // namespace ddx
