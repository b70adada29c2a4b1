#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"

namespace ddx {

enum class ConflictStyle { merge, diff3, zdiff3 };

/// `merge.conflictStyle` of git's settings; anything unknown is `merge`.
[[nodiscard]] ConflictStyle parse_conflict_style(std::string_view value);

struct MergeLabels {
  std::string ours, base, theirs;
};

struct TextMergeOptions {
  ConflictStyle style = ConflictStyle::merge;
  Side side = Side::markers;  ///< what to do with conflicting hunks
  MergeLabels labels;
  int marker_size = 7;
};

struct TextMerge {
  std::string bytes;
  bool clean = true;                ///< no markers in `bytes`
  int marker_size = 7;              ///< longer when a version holds lines that look like markers already
  std::vector<ConflictHunk> hunks;  ///< where the markers are
  int settled_hunks = 0;            ///< conflicting hunks that `side` decided
};

/// git merges no larger text; such a file is like a binary one.
inline constexpr std::size_t largest_text_bytes = 1023 * 1024 * 1024;
/// Of all versions together. Bounds a merge's memory to some hundred megabytes beside the texts.
inline constexpr std::size_t most_merged_lines = 10'000'000;
/// Of a marker character at the start of a line: markers have to be longer than what looks like one.
inline constexpr int longest_run = 200;

/// Whether versions of a file are texts that can be merged, as far as these limits go.
[[nodiscard]] bool has_lines(std::initializer_list<std::string_view> versions);

/// Merges three texts line by line as `git merge` does: with its histogram diff, and at its level of zeal
/// (its xdl_merge, called by ll-merge.c). Requires `has_lines`.
[[nodiscard]] TextMerge merge_text(std::string_view base, std::string_view ours, std::string_view theirs,
                                   const TextMergeOptions& options);

/// Whether a line of `bytes` is the opening or closing marker that `merge_text` writes with these labels.
[[nodiscard]] bool has_markers(std::string_view bytes, int marker_size, const MergeLabels& labels);

}  // namespace ddx
