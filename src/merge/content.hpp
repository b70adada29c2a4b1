#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ddx/change.hpp"
#include "git/attributes.hpp"
#include "lines/text_merge.hpp"
#include "merge/policy.hpp"

namespace ddx {

/// How one file comes out of a three-way merge.
struct FileMerge {
  enum class Outcome {
    ours,      ///< keep what is here
    theirs,    ///< take upstream's version as it is
    merged,    ///< `bytes` and `mode`
    conflict,  ///< open: `bytes` hold markers, or there is nothing to write when `marked` is false
  };
  Outcome outcome = Outcome::ours;
  std::optional<ConflictKind> kind;  ///< set when there was a conflict, settled or not
  std::string bytes;
  Mode mode = Mode::file;
  bool marked = false;
  int marker_size = 7;
  std::vector<ConflictHunk> hunks;
  std::string decision;  ///< how a conflict was settled, for the report
};

struct MergeInputs {
  std::optional<Version> base;
  Version ours, theirs;
  std::function<std::string()> base_bytes, our_bytes,
      their_bytes;  ///< called only when content has to be merged
};

struct MergeSettings {
  Policy policy;
  bool whole_file = false;  ///< a side takes the whole file, not just the conflicting hunks
  ConflictStyle style = ConflictStyle::merge;
  MergeLabels labels;
  std::function<git::Attributes(const RelPath&)> attributes;  ///< of the project; none: git's defaults
};

/// Merges two versions that both differ from the base and from each other. Text is merged line by line, as
/// the file's attributes want it, and modes apart from it; links, binary files and LFS pointers are never
/// text-merged.
[[nodiscard]] FileMerge merge_file(const RelPath& path, const MergeInputs& inputs,
                                   const MergeSettings& settings);

}  // namespace ddx
