#pragma once

#include <string>
#include <vector>

#include "ddx/snapshot.hpp"

namespace ddx::cli::json {

[[nodiscard]] std::string snapshot_created(const SnapshotCreated& report);
[[nodiscard]] std::string snapshots(const std::vector<SnapshotInfo>& snapshots, int exit);
[[nodiscard]] std::string snapshot_contents(const SnapshotContents& contents);
[[nodiscard]] std::string snapshots_deleted(const SnapshotsRemoved& report);
[[nodiscard]] std::string snapshots_pruned(const SnapshotsRemoved& report);
[[nodiscard]] std::string snapshots_verified(const SnapshotsVerified& report, int exit);
[[nodiscard]] std::string snapshots_exported(const SnapshotsExported& report);
[[nodiscard]] std::string snapshots_imported(const SnapshotsImported& report);

}  // namespace ddx::cli::json
