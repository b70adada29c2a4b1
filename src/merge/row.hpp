#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/lock_file.hpp"
#include "ddx/change.hpp"
#include "git/tree_listing.hpp"
#include "merge/ours.hpp"

namespace ddx {

/// One line of the three-way table where base and theirs differ. Our side is looked up by whoever needs it.
struct Row {
  RelPath path;                     ///< where the file is to be
  std::optional<RelPath> old_path;  ///< where ours is, when it has to move: theirs renamed it
  std::optional<Version> base, theirs;
  bool held_back = false;                ///< the config keeps ours, whatever theirs is
  std::optional<RelPath> base_path;      ///< the lock's name of it, when ours was renamed since
  std::optional<RelPath> upstream_path;  ///< where theirs has it, when ours renamed it
  bool parted = false;                   ///< both renamed it: ours to `path`, theirs to `upstream_path`
  /// The file of theirs that ours has at `path`, where theirs has another file by now. That one keeps the
  /// name, this one has a row of its own.
  std::optional<RelPath> displaces;
  std::optional<RelPath> twin;  ///< a file of ours alone whose path differs only in case

  /// The name of the lock's entry.
  [[nodiscard]] const RelPath& in_lock() const { return base_path ? *base_path : at_ours(); }
  /// Where our version is.
  [[nodiscard]] const RelPath& at_ours() const { return old_path ? *old_path : path; }
};

/// The rows in which upstream differs from the base, sorted by path. A file that was renamed here is found
/// upstream by the name that its lock entry remembers.
/// \param theirs  what is selected of the upstream
[[nodiscard]] std::vector<Row> changed_rows(const Lock& lock, const std::vector<git::TreeFile>& theirs);

/// Notes where theirs brings a file beside one of ours that many disks could not tell from it. Where theirs
/// has both names, that is upstream's own affair.
void mark_twins(std::vector<Row>& rows, const std::vector<git::TreeFile>& theirs, Ours& ours);

}  // namespace ddx
