#pragma once

#include <string>
#include <vector>

#include "merge/plan.hpp"
#include "sync/project.hpp"

namespace ddx {

/// Says of planned files what is special about their kind: conflicts in LFS pointers and generated files get
/// a note. \returns warnings: pointers that come without their content, merge drivers that were not run
[[nodiscard]] std::vector<std::string> note_file_kinds(const Project& project, const git::Objects& objects,
                                                       std::vector<FilePlan>& plans);

}  // namespace ddx
