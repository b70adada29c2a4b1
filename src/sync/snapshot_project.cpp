#include "sync/snapshot_project.hpp"

#include "sync/rollback_plan.hpp"

namespace ddx {

Project open_for_snapshots(const Workspace& workspace, Host& host) {
  RollbackRequest whole_state;
  whole_state.to = "";
  return open_for_rollback(workspace, host, whole_state);
}

}  // namespace ddx
