#pragma once

#include <vector>

#include "ddx/oid.hpp"
#include "git/upstream_repository.hpp"

namespace ddx::git {

/// What one conversation with the upstream gave.
struct Arrival {
  Fetched fetched;
  Oid tip;               ///< what is followed; perhaps an annotated tag
  std::vector<Oid> cut;  ///< where the server cut the history
};

}  // namespace ddx::git
