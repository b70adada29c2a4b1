#include "git/text_merge.hpp"

#include <fmt/format.h>
#include <git2/merge.h>

#include "git/handle.hpp"
#include "git/library.hpp"

namespace ddx::git {

namespace {

constexpr std::size_t binary_probe_bytes = 8000;  // git's FIRST_FEW_BYTES, in xdiff-interface.c

template <class Visit>
void for_each_line(std::string_view bytes, Visit visit) {
  int number = 1;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(number++, line);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

/// The longest run of a marker character at the start of a line.
int longest_marker(std::string_view bytes) {
  std::size_t longest = 0;
  for_each_line(bytes, [&](int, std::string_view line) {
    if (line.empty() || (line[0] != '<' && line[0] != '>' && line[0] != '|')) return;
    const std::size_t run = std::min(line.find_first_not_of(line[0]), line.size());
    longest = std::max(longest, std::min<std::size_t>(run, 200));
  });
  return static_cast<int>(longest);
}

std::string opening(int size, const MergeLabels& labels) {
  return std::string(static_cast<std::size_t>(size), '<') + " " + labels.ours;
}

std::string closing(int size, const MergeLabels& labels) {
  return std::string(static_cast<std::size_t>(size), '>') + " " + labels.theirs;
}

std::vector<ConflictHunk> find_hunks(std::string_view bytes, int size, const MergeLabels& labels) {
  std::vector<ConflictHunk> hunks;
  const std::string open = opening(size, labels), close = closing(size, labels);
  int first = 0;
  for_each_line(bytes, [&](int number, std::string_view line) {
    if (line == open) first = number;
    if (line == close && first != 0) {
      hunks.push_back({first, number - first + 1});
      first = 0;
    }
  });
  return hunks;
}

unsigned style_flag(ConflictStyle style) {
  switch (style) {
    case ConflictStyle::merge:
      return GIT_MERGE_FILE_STYLE_MERGE;
    case ConflictStyle::diff3:
      return GIT_MERGE_FILE_STYLE_DIFF3;
    case ConflictStyle::zdiff3:
      return GIT_MERGE_FILE_STYLE_ZDIFF3;
  }
  return GIT_MERGE_FILE_DEFAULT;
}

git_merge_file_favor_t favor(Side side) {
  switch (side) {
    case Side::ask:
    case Side::markers:
      return GIT_MERGE_FILE_FAVOR_NORMAL;
    case Side::mine:
      return GIT_MERGE_FILE_FAVOR_OURS;
    case Side::theirs:
      return GIT_MERGE_FILE_FAVOR_THEIRS;
    case Side::union_of_both:
      return GIT_MERGE_FILE_FAVOR_UNION;
  }
  return GIT_MERGE_FILE_FAVOR_NORMAL;
}

git_merge_file_input input(std::string_view bytes) {
  git_merge_file_input raw;
  check(git_merge_file_input_init(&raw, GIT_MERGE_FILE_INPUT_VERSION), "merge a file");
  raw.ptr = bytes.data() != nullptr ? bytes.data() : "";
  raw.size = bytes.size();
  return raw;
}

}  // namespace

ConflictStyle parse_conflict_style(std::string_view value) {
  if (value == "diff3") return ConflictStyle::diff3;
  if (value == "zdiff3") return ConflictStyle::zdiff3;
  return ConflictStyle::merge;
}

TextMerge merge_text(std::string_view base, std::string_view ours, std::string_view theirs,
                     const TextMergeOptions& options) {
  initialise();
  TextMerge merge;
  merge.marker_size = options.marker_size;
  for (const std::string_view version : {base, ours, theirs})
    merge.marker_size = std::max(merge.marker_size, longest_marker(version) + 1);
  const git_merge_file_input base_input = input(base), our_input = input(ours), their_input = input(theirs);
  git_merge_file_options raw_options;
  check(git_merge_file_options_init(&raw_options, GIT_MERGE_FILE_OPTIONS_VERSION), "merge a file");
  // git merges with its histogram diff, which libgit2 has not; this one aligns nearly the same lines.
  raw_options.flags = style_flag(options.style) | GIT_MERGE_FILE_DIFF_PATIENCE;
  raw_options.marker_size = static_cast<unsigned short>(merge.marker_size);
  raw_options.ancestor_label = options.labels.base.c_str();
  raw_options.our_label = options.labels.ours.c_str();
  raw_options.their_label = options.labels.theirs.c_str();

  MergeFileResult result;
  check(git_merge_file(result.raw(), &base_input, &our_input, &their_input, &raw_options), "merge a file");
  merge.bytes = result.view();
  if (result.raw()->automergeable) return merge;

  merge.hunks = find_hunks(merge.bytes, merge.marker_size, options.labels);
  if (favor(options.side) == GIT_MERGE_FILE_FAVOR_NORMAL) {
    merge.clean = false;
    return merge;
  }
  merge.settled_hunks = static_cast<int>(merge.hunks.size());
  merge.hunks.clear();
  raw_options.favor = favor(options.side);
  MergeFileResult settled;
  check(git_merge_file(settled.raw(), &base_input, &our_input, &their_input, &raw_options), "merge a file");
  merge.bytes = settled.view();
  return merge;
}

bool is_binary(std::string_view bytes) {
  return bytes.substr(0, binary_probe_bytes).find('\0') != std::string_view::npos;
}

bool has_markers(std::string_view bytes, int marker_size, const MergeLabels& labels) {
  const std::string open = opening(marker_size, labels), close = closing(marker_size, labels);
  bool found = false;
  for_each_line(bytes, [&](int, std::string_view line) { found = found || line == open || line == close; });
  return found;
}

}  // namespace ddx::git
