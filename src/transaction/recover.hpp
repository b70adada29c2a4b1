#pragma once

#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/object_stores.hpp"
#include "git/repository.hpp"

namespace ddx {

/// What became of an operation that a crash had left.
struct Recovered {
  enum class Outcome { discarded, finished, undone };
  std::string id, kind;
  Outcome outcome = Outcome::discarded;
  std::vector<RelPath>
      left_alone;  ///< edited by the user meanwhile: their version stays, the lock keeps its old base
};

/// Finishes or undoes every operation of this work tree that did not come to its end, and tells `host.events`
/// which. Called by every changing command, under the writer lock, before it does anything else.
/// \param objects  the stores that operations stage from: the project's and the upstream's
/// \throws Error (recovery_failed, recovery_too_new) with everything still recoverable
std::vector<Recovered> recover(const Workspace& workspace, Host& host, git::Repository& repository,
                               const git::ObjectSource& objects);

/// Ids of operations that wait for `recover`. For commands that only read.
[[nodiscard]] std::vector<std::string> pending_operations(const Workspace& workspace, Host& host);

}  // namespace ddx
