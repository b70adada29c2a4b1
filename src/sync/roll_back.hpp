#pragma once

#include <string_view>

#include "ddx/rollback.hpp"

namespace ddx {

/// `rollback` and `snapshot restore` are one. \param kind  of the operation: `rollback` or `restore`
RollbackReport roll_back(const Workspace& workspace, const RollbackRequest& request, std::string_view kind,
                         Host& host);

}  // namespace ddx
