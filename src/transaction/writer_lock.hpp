#pragma once

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "platform/files.hpp"

namespace ddx {

/// One writer per clone: a lock on `ddx/lock` in the common git directory that dies with the process. Nothing
/// has to be cleaned up after a crash, and no decision depends on a clock.
class WriterLock {
 public:
  /// Waits `host.patience` at most.
  /// \throws Error (busy) naming the holder, (locking_unsupported); Interrupted
  static WriterLock take(const Workspace& workspace, Host& host);

 private:
  explicit WriterLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace ddx
