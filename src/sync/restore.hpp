#pragma once

#include <map>
#include <optional>
#include <vector>

#include "git/objects.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// What paths shall hold; none: nothing.
using WantedFiles = std::map<RelPath, std::optional<RecordedFile>>;

/// The effects that bring paths to recorded states, exactly; content is read from the stores by its recorded
/// id. Paths that are there already are left out, and so are those that something in the way makes
/// unreachable (\p blocked, if not null, gets them).
[[nodiscard]] std::vector<Effect> effects_to_reach(Project& project, const git::Objects& objects,
                                                   const WantedFiles& wanted,
                                                   std::vector<RelPath>* blocked = nullptr);

/// Paths that went through `undo` in reverse: what each held before the operation.
[[nodiscard]] WantedFiles states_before(const OperationRecord& record);

/// Gives files that come back the permission bits that the snapshot before the operation recorded, where it
/// can be read.
void recall_permissions(const git::Objects& objects, const OperationRecord& record,
                        std::vector<Effect>& effects);

/// Reads the content of every effect once, so that a plan does not promise what cannot be read.
/// \throws Error (snapshot_damaged) naming the path
void require_content(const std::vector<Effect>& effects);

/// Reads back every file that these effects wrote. \returns the paths that are not as recorded
[[nodiscard]] std::vector<RelPath> differing_files(const Project& project,
                                                   const std::vector<RecordedEffect>& effects);

}  // namespace ddx
