#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "ddx/config.hpp"
#include "ddx/snapshot.hpp"

namespace ddx {

/// Which snapshots may go, oldest first. One stays while it is among the newest `keep` or younger than
/// `days`, as long as all that stay (those with a name aside) added no more than `bytes` to the repository;
/// above that the oldest go. The newest one and those with a name always stay. One in `needed` stays and
/// stops it: nothing younger goes before it. Pure.
/// \param snapshots  oldest first
[[nodiscard]] std::vector<std::string> expired_snapshots(const std::vector<SnapshotInfo>& snapshots,
                                                         const Backup& policy,
                                                         std::chrono::system_clock::time_point now,
                                                         const std::set<std::string>& needed);

}  // namespace ddx
