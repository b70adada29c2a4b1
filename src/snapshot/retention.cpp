#include "snapshot/retention.hpp"

namespace ddx {

std::vector<std::string> expired_snapshots(const std::vector<SnapshotInfo>& snapshots, const Backup& policy,
                                           std::chrono::system_clock::time_point now,
                                           const std::set<std::string>& needed) {
  std::uint64_t bytes = 0;
  for (const SnapshotInfo& snapshot : snapshots) {
    if (snapshot.name.empty()) bytes += snapshot.unique_bytes;
  }
  std::vector<std::string> expired;
  for (std::size_t index = 0; index + 1 < snapshots.size(); ++index) {
    const SnapshotInfo& snapshot = snapshots[index];
    if (needed.contains(snapshot.id)) break;
    if (!snapshot.name.empty()) continue;
    const bool among_newest = snapshots.size() - index <= policy.keep;
    const bool young = now - snapshot.created < std::chrono::days(policy.days);
    if ((among_newest || young) && bytes <= policy.bytes) break;  // so are all that follow
    bytes -= snapshot.unique_bytes;
    expired.push_back(snapshot.id);
  }
  return expired;
}

}  // namespace ddx
