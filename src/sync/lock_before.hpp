#pragma once

#include <optional>
#include <vector>

#include "config/lock_file.hpp"
#include "git/objects.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// The lock before and after what is undone; none: there was no lock.
struct LocksAround {
  std::optional<Lock> before, after;
};

/// \param when  for messages: "before the operation"
[[nodiscard]] std::optional<Lock> recorded_lock(const git::Objects& objects,
                                                const std::optional<OnDisk>& file, const char* when);

/// The lock with the bases of these files as they were before; the header goes back when everything does.
[[nodiscard]] std::optional<Lock> lock_before_files(const std::optional<Lock>& current,
                                                    const LocksAround& operation,
                                                    const std::vector<RelPath>& paths, bool everything);

}  // namespace ddx
