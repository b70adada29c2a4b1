#pragma once

#include <string>

#include "sync/project.hpp"

namespace ddx {

/// The project for commands that work on snapshots: they need no upstream, no pull, and no lock that can be
/// read. \throws Error (no_config, config_invalid) if there never was a configuration
[[nodiscard]] Project open_for_snapshots(const Workspace& workspace, Host& host);

/// Records in the audit log a change that is no operation. The change is made by then, so that a failure is a
/// warning. The caller holds the writer lock.
void audit_change(const Project& project, const std::string& kind, const std::string& summary);

}  // namespace ddx
