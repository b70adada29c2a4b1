#pragma once

#include <map>
#include <optional>
#include <vector>

#include "git/objects.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// The effects that bring paths to recorded states, exactly; content is read from the stores by its recorded
/// id. Paths that are there already are left out.
[[nodiscard]] std::vector<Effect> effects_to_reach(Project& project, const git::Objects& objects,
                                                   const std::map<RelPath, std::optional<OnDisk>>& wanted);

/// Paths that went through `undo` in reverse: what each held before the operation.
[[nodiscard]] std::map<RelPath, std::optional<OnDisk>> states_before(const OperationRecord& record);

/// \throws Error (snapshot_damaged) if content that is needed is in no store
void require_content(const git::Objects& objects, const std::map<RelPath, std::optional<OnDisk>>& wanted);

}  // namespace ddx
