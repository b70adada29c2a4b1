#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"

namespace ddx {

/// A file of the base that one side has no longer at its place.
struct RenameSource {
  RelPath path;
  Version version;
  /// Whether the other side changed it too. Of the others only equal content is looked for: where they went
  /// changes nothing.
  bool matters = true;
};

/// A file that one side has and the base has not.
struct RenameTarget {
  RelPath path;
  Version version;
};

/// The content of a source or a target; nothing where it cannot be had.
struct RenameContents {
  std::function<std::optional<std::string>(const RenameSource&)> before;
  std::function<std::optional<std::string>(const RenameTarget&)> after;
};

/// New path by old path: which files one side renamed, as `git merge` (ort) finds them. First those of equal
/// content, one with the same file name preferred; a file that the other side changed and of which several
/// copies came is not among them, where git takes any. Then those that share a file name nobody else has, or
/// whose folder was seen to move, if they are three quarters alike. Then the most alike pairs, from half
/// alike on. Links and empty files are not compared. Both lists are sorted by path.
[[nodiscard]] std::map<RelPath, RelPath> find_renames(const std::vector<RenameSource>& gone,
                                                      const std::vector<RenameTarget>& come,
                                                      const RenameContents& contents);

}  // namespace ddx
