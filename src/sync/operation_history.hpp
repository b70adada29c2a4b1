#pragma once

#include <set>
#include <string>
#include <vector>

#include "transaction/record.hpp"

namespace ddx {

/// Ids of operations that a rollback or an abort undid. Who ended a pull is undone with it.
[[nodiscard]] std::set<std::string> undone_operations(const std::vector<OperationRecord>& records);

/// The newest operation that still stands. A pull that was open for a while and the step that ended it count
/// as one. \throws Error (no_such_target) if there is none
[[nodiscard]] OperationRecord last_undoable(const std::vector<OperationRecord>& records);

/// \param target  an operation's id or the beginning of one
/// \throws Error (no_such_target)
[[nodiscard]] const OperationRecord& find_operation(const std::vector<OperationRecord>& records,
                                                    const std::string& target);

}  // namespace ddx
