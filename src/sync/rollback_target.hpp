#pragma once

#include <string>
#include <vector>

#include "snapshot/catalog.hpp"
#include "transaction/record.hpp"

namespace ddx {

/// A recorded state.
struct RollbackTarget {
  std::string id;      ///< of a snapshot or an operation
  bool after = false;  ///< the state after the operation; else the state that the snapshot holds

  /// `snap-<id>`, or the operation's id.
  [[nodiscard]] std::string name() const { return after ? id : snapshot_name(id); }
  friend auto operator<=>(const RollbackTarget&, const RollbackTarget&) = default;
};

/// What there is to go back to.
struct RecordedStates {
  Records operations;
  std::vector<CatalogEntry> snapshots;
};

[[nodiscard]] RecordedStates read_states(const Workspace& workspace, const git::ProjectRepository& repository,
                                         const git::Objects& objects);

/// What `text` names: a snapshot (id, the beginning of one, or its name), an operation (id or the beginning
/// of one), a moment (the newest state recorded until then), or a version that was once synced (tag,
/// `branch@id`, commit id or its first seven digits or more; the newest operation that ended at it).
/// \throws Error (no_such_target) that lists the candidates if it may mean several
[[nodiscard]] RollbackTarget find_target(const RecordedStates& states, const std::string& text);

}  // namespace ddx
