#pragma once

#include <vector>

#include "cli/page.hpp"
#include "cli/ui.hpp"
#include "ddx/snapshot.hpp"

namespace ddx::cli::render {

[[nodiscard]] Page snapshot_created(const SnapshotCreated& report);
[[nodiscard]] Page snapshots(const std::vector<SnapshotInfo>& snapshots, const Appearance& look);
[[nodiscard]] Page snapshot_contents(const SnapshotContents& contents);
/// For `delete` and `prune`.
[[nodiscard]] Page snapshots_removed(const SnapshotsRemoved& report, const Appearance& look);
[[nodiscard]] Page snapshots_verified(const SnapshotsVerified& report, const Appearance& look);
[[nodiscard]] Page snapshots_exported(const SnapshotsExported& report);
[[nodiscard]] Page snapshots_imported(const SnapshotsImported& report);

/// `512 B`, `1.5 KiB`, `20 MiB`
[[nodiscard]] std::string size_of(std::uint64_t bytes);

}  // namespace ddx::cli::render
