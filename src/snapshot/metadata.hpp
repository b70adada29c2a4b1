#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/rel_path.hpp"
#include "worktree/recorded_file.hpp"

namespace ddx {

/// What a snapshot's commit says in its message, beside the tree.
struct SnapshotMetadata {
  std::string id, reason, note, name, project, worktree;  ///< `id` is a ULID
  RelPath tree = RelPath::parse(".ddx");                  ///< the local tree
  std::chrono::sys_seconds created;
  std::uint64_t files = 0, unique_bytes = 0;
  std::map<Mode, std::uint32_t> usual_permissions;  ///< those of most files with this mode
  std::map<RelPath, std::uint32_t> permissions;     ///< where they are others
  std::vector<RelPath> empty_folders;
};

[[nodiscard]] std::string encode_metadata(const SnapshotMetadata& metadata);
/// \throws Error (snapshot_damaged)
[[nodiscard]] SnapshotMetadata decode_metadata(std::string_view message);

/// The bits of a file that the snapshot holds. None: not recorded, or a link.
[[nodiscard]] std::optional<std::uint32_t> permissions_of(const SnapshotMetadata& metadata,
                                                          const RelPath& path, Mode mode);

/// 26 characters of Crockford's base 32.
[[nodiscard]] bool is_ulid(std::string_view text);
/// A name that can be told from an id and typed without quotes.
[[nodiscard]] bool is_snapshot_name(std::string_view text);

}  // namespace ddx
