#pragma once

#include <string>
#include <vector>

#include "merge/plan.hpp"
#include "sync/open_pull.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// Warnings, with line and column, about YAML and JSON files that parse on both sides and would not any more
/// when merged. A key that is there twice counts only where neither side has one.
[[nodiscard]] std::vector<std::string> merged_structure_warnings(const std::vector<FilePlan>& plans,
                                                                 Ours& ours, const git::Objects& objects);

/// The same about the files whose conflicts were resolved, where any of the three versions parsed.
/// \param effects  what the resolution is about to put on disk; the others hold it already
[[nodiscard]] std::vector<std::string> resolved_structure_warnings(Project& project,
                                                                   const git::Objects& objects,
                                                                   const OpenPull& open,
                                                                   const std::vector<Effect>& effects);

}  // namespace ddx
