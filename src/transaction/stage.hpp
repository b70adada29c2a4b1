#pragma once

#include "transaction/operation.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

/// Writes everything the operation needs to where no user looks: new contents into `stage/`, new objects as
/// one pack, the refs that keep them, the edited index. Afterwards only renames are left to do. \throws Error
/// (raced) if a path is not as planned any more; std::system_error
[[nodiscard]] Intent stage(const Workspace& workspace, Host& host, OperationStores& stores,
                           OperationDraft& draft, OperationFolder& operation);

}  // namespace ddx
