#pragma once

#include <vector>

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
/// \throws std::system_error; Error: the next changing command goes on from there
std::vector<RelPath> undo_operation(const Workspace& workspace, Host& host, git::Repository& repository,
                                    OperationFolder& operation, const Intent& intent);

/// Throws away an operation of which nothing was applied. \throws std::system_error; Error
void discard_operation(const Workspace& workspace, Host& host, git::Repository& repository,
                       OperationFolder& operation);

}  // namespace ddx
