#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "git/objects.hpp"

namespace ddx::git {

/// For each path the newest of `commits` (newest first, the first one reaches all others) that changed it, as
/// `git log -1 -- PATH` has it: a merge that took the file from one parent is looked through on that parent's
/// side. Left out are paths that none of them changed, and those whose trace ends where the history at hand
/// does. Reads only folders that differ.
[[nodiscard]] std::map<std::string, Oid> last_changes(const Objects& objects, const std::vector<Oid>& commits,
                                                      const std::set<std::string>& paths);

}  // namespace ddx::git
