#pragma once

#include <string>
#include <vector>

#include "ddx/rel_path.hpp"

namespace ddx {

/// A list of patterns in gitignore(5) syntax: `*`, `?`, `[…]`, `**`, a leading or inner '/' anchors, a trailing '/'
/// means a folder with all below it, '!' takes back, the last match wins.
class PatternList {
 public:
  PatternList() = default;
  /// \throws Error (config_invalid) for an empty pattern
  explicit PatternList(const std::vector<std::string>& patterns);
  [[nodiscard]] bool empty() const { return patterns_.empty(); }
  /// Whether the file `path`, or a folder it is in, matches.
  [[nodiscard]] bool matches(const RelPath& path) const;

 private:
  struct Pattern {
    std::string glob;
    bool negated = false, folder_only = false, anchored = false;
  };
  std::vector<Pattern> patterns_;
};

/// `include` and `exclude` of the config together: in when included (or no include is given) and not excluded.
class Selection {
 public:
  Selection() = default;
  Selection(const std::vector<std::string>& include, const std::vector<std::string>& exclude);
  [[nodiscard]] bool contains(const RelPath& path) const;
  /// Changes when the patterns do; empty when nothing is selected out. Goes into the lock.
  [[nodiscard]] const std::string& digest() const { return digest_; }

 private:
  PatternList include_, exclude_;
  std::string digest_;
};

}  // namespace ddx
