#pragma once

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "transaction/operation.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

/// Finds out, before anything is staged, whether the operation can be carried out, so that all that is left
/// to fail once it is applied is a race: each path can be renamed to and from, there is room for what will be
/// staged. Gives each entry the staging area of its file system.
/// \throws Error (cross_device, disk_full, raced); std::system_error naming the path
void preflight(const Workspace& workspace, Host& host, const OperationStores& stores,
               const OperationDraft& draft, OperationFolder& operation);

}  // namespace ddx
