#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

/// What the next changing command will do with an operation that did not come to its end.
enum class Fate {
  discarded,  ///< nothing of it was applied
  finished,
  undone,
  left_to_newer,  ///< a newer ddx wrote its journal
  left_to_home,   ///< it belongs to another folder or machine
};

struct PendingOperation {
  std::string id;
  std::string kind, summary;  ///< empty when it is discarded
  Fate fate = Fate::discarded;
  std::size_t applied = 0, changes = 0;  ///< paths that are in their new state, of all
};

/// Looks at the operations that wait for `recover`, oldest first. Changes nothing.
[[nodiscard]] std::vector<PendingOperation> look_at_pending(const Workspace& workspace, Host& host);

}  // namespace ddx
