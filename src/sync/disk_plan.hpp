#pragma once

#include <string>
#include <vector>

#include "git/pack_writer.hpp"
#include "merge/plan.hpp"
#include "sync/open_pull.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// The effects on disk that file plans ask for. Line ends are converted as the user's git would; `objects`
/// must outlive the effects.
[[nodiscard]] std::vector<Effect> disk_effects(const Project& project, const git::Objects& objects,
                                               const std::vector<FilePlan>& plans, LineEnds line_ends);

/// The effect that puts `text` (none: nothing) at a path of the project's root where `before` is now. None if
/// it is there already.
[[nodiscard]] std::optional<Effect> text_effect(const RelPath& path, const std::optional<OnDisk>& before,
                                                std::optional<std::string> text);

/// Moves the bases that the plans decided; undecided files keep theirs. \param lock  with the new header
/// already in place
void move_bases(Lock& lock, const Lock& old, const std::vector<FilePlan>& plans, const Oid& commit);

/// What has to be remembered of the conflicts that stay open once `effects` are applied.
[[nodiscard]] std::vector<OpenConflict> open_conflicts(const std::vector<FilePlan>& plans,
                                                       const std::vector<Effect>& effects,
                                                       const RelPath& tree);

/// Executes a draft, with the snapshot of the state before it taken first.
OperationOutcome run_operation(Project& project, const git::Objects& objects, git::PackWriter& pack,
                               OperationDraft draft);

}  // namespace ddx
