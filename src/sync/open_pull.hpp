#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "lines/text_merge.hpp"
#include "transaction/operation.hpp"
#include "transaction/record.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// What was decided about a conflict while the pull is open.
struct RecordedDecision {
  std::string how;             ///< `mine`, `tool`…
  std::string words;           ///< for people
  std::optional<OnDisk> left;  ///< what it left at the path
  /// The operation that first decided it, without being opened again since: its snapshot has what was there.
  /// Empty if an older ddx wrote it.
  std::string since = {};
};

/// One conflict that waits for its decision, or for the end of the pull.
struct OpenConflict {
  Conflict conflict;
  std::optional<RelPath> old_path;
  bool marked = false;  ///< the file on disk got markers
  int marker_size = 7;
  std::optional<OnDisk> left;  ///< what the pull left at the path: a change from it is the user's decision
  std::optional<RelPath> base_path;  ///< the lock's name of it, when the file was renamed since
  std::optional<RecordedDecision> decision = std::nullopt;
};

/// A pull that ended with conflicts. Kept in the work tree's git directory, written and removed by
/// operations.
struct OpenPull {
  std::string operation;  ///< the pull's id
  Oid to;                 ///< the upstream commit it brought
  std::string version;    ///< `to` for people
  MergeLabels labels;     ///< what the markers say
  std::vector<OpenConflict> conflicts;
};

/// \returns nothing if no pull is open. \throws Error (state_damaged)
[[nodiscard]] std::optional<OpenPull> read_open_pull(const Workspace& workspace, Host& host);

/// The open pull that an operation left. \returns nothing if it left none, or if that cannot be read any more
[[nodiscard]] std::optional<OpenPull> left_open(const Workspace& workspace, const git::Objects& objects,
                                                const OperationRecord& record);

/// The effect that opens the pull, or (for none) closes it.
[[nodiscard]] std::optional<Effect> open_pull_effect(const Workspace& workspace, Host& host,
                                                     const std::optional<OpenPull>& open);

}  // namespace ddx
