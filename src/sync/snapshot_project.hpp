#pragma once

#include "sync/project.hpp"

namespace ddx {

/// The project for commands that work on snapshots: they need no upstream, no pull, and no lock that can be
/// read. \throws Error (no_config, config_invalid) if there never was a configuration
[[nodiscard]] Project open_for_snapshots(const Workspace& workspace, Host& host);

}  // namespace ddx
