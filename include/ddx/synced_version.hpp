#pragma once

#include <string>

#include "ddx/oid.hpp"

namespace ddx {

/// A version of the upstream that the local tree was synced with.
struct SyncedVersion {
  Oid commit;
  std::string name;  ///< its tag, or `<branch>@<short id>`
};

}  // namespace ddx
