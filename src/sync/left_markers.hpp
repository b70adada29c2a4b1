#pragma once

#include <string>
#include <vector>

#include "git/objects.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"
#include "transaction/record.hpp"

namespace ddx {

/// What to say of files that come back with conflict markers of a pull that does not come back with them.
[[nodiscard]] std::vector<std::string> left_marker_warnings(const Project& project,
                                                            const git::Objects& objects,
                                                            const std::vector<OperationRecord>& records,
                                                            const std::vector<Effect>& effects);

}  // namespace ddx
