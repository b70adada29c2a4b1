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
  std::optional<RelPath> old_path;  ///< where base and ours are, when theirs renamed it
  std::optional<Version> base, theirs;
  bool held_back = false;  ///< the config keeps ours, whatever theirs is
};

/// The rows in which upstream differs from the base, sorted by path.
/// \param theirs  what is selected of the upstream
[[nodiscard]] std::vector<Row> changed_rows(const Lock& lock, const std::vector<git::TreeFile>& theirs);

/// Joins a row that theirs deleted with one that theirs added where the content says that it was renamed:
/// equal content first (the same file name preferred), then at least half alike, as `git merge` does. Only
/// where nothing of ours is at the new place.
void join_renames(std::vector<Row>& rows, Ours& ours, const git::Objects& objects);

}  // namespace ddx
