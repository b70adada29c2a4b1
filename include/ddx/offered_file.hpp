#pragma once

#include <string>

#include "ddx/change.hpp"
#include "ddx/diff.hpp"

namespace ddx {

/// What is sent of one file, seen from the target branch.
struct OutgoingChange {
  RelPath path;  ///< at the upstream, below `repository.subtree`
  RelPath here;  ///< in the local tree
  ChangeKind kind = ChangeKind::modified;
  bool merged = false;  ///< upstream changed it too: what is sent is both changes
};

/// A file that would be sent, for somebody who chooses what of it is.
struct OfferedFile {
  OutgoingChange change;
  std::string before, after;  ///< bytes at the target branch's tip, and as they would be
  DiffFile diff;
};

/// What of an offered file is sent.
struct ChosenPart {
  enum class Take { nothing, everything, bytes };
  Take take = Take::nothing;
  std::string bytes = {};  ///< with `bytes`: what the file is to hold at the upstream
};

}  // namespace ddx
