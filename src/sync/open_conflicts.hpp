#pragma once

#include <cstddef>

#include "sync/open_pull.hpp"
#include "sync/project.hpp"

namespace ddx {

struct ConflictCount {
  std::size_t open = 0, total = 0;
};

/// How many conflicts of the open pull nobody decided about yet.
[[nodiscard]] ConflictCount count_conflicts(Project& project, const OpenPull& open);
/// The same. Without a configuration that can be read nobody knows where the files are: all count as open.
[[nodiscard]] ConflictCount count_conflicts(const Workspace& workspace, Host& host, const OpenPull& open);

/// What the pull waits for: "1 of 3 conflicts to be resolved", "its end, 3 conflicts being decided".
[[nodiscard]] std::string words_for(const ConflictCount& count);

/// \throws Error (operation_open) that says what the pull waits for
void refuse_while_open(const Workspace& workspace, Host& host);

}  // namespace ddx
