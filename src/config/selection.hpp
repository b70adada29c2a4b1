#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/glob.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// A list of patterns in gitignore(5) syntax: `*`, `?`, `[…]`, `**`, a leading or inner '/' anchors, a
/// trailing '/' means a folder with all below it, '!' takes back, the last match wins. As there, nothing
/// below a folder that matches can be taken back.
class PatternList {
 public:
  PatternList() = default;
  /// \throws Error (config_invalid) for an empty pattern
  explicit PatternList(const std::vector<std::string>& patterns);
  [[nodiscard]] bool empty() const { return patterns_.empty(); }
  /// Whether the file `path`, or a folder it is in, matches.
  [[nodiscard]] bool matches(const RelPath& path) const;

 private:
  enum class Node { file, folder };
  struct Pattern {
    Glob glob;
    bool negated = false, folder_only = false, anchored = false;
  };
  static std::optional<Pattern> parse(std::string_view text);
  [[nodiscard]] bool last_match_takes(std::string_view path, Node node) const;
  std::vector<Pattern> patterns_;
};

/// `include` and `exclude` of the config together: in when included (or no include is given) and not
/// excluded.
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
