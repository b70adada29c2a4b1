#pragma once

#include <set>
#include <string>
#include <vector>

#include "ddx/rel_path.hpp"
#include "sync/project.hpp"

namespace ddx {

/// The paths a command was asked for, as names below the local tree.
class ChosenPaths {
 public:
  /// Everything.
  ChosenPaths() = default;
  /// Each argument is taken relative to the current folder, else to the local tree.
  /// \param known  every path of base, upstream and here
  /// \throws Error (path_unknown) with the nearest name; Error (path_ambiguous) when both readings exist
  ChosenPaths(const Project& project, const std::vector<std::string>& arguments,
              const std::set<RelPath>& known);

  [[nodiscard]] bool everything() const { return everything_; }
  [[nodiscard]] bool contains(const RelPath& path) const;
  /// Whether an argument is this very path, not a folder above it.
  [[nodiscard]] bool names(const RelPath& path) const;

 private:
  bool everything_ = true;
  std::vector<RelPath> chosen_;
};

}  // namespace ddx
