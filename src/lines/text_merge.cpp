#include "lines/text_merge.hpp"

#include <algorithm>

#include "lines/merge_writer.hpp"

namespace ddx {

namespace {

constexpr std::int64_t most_visits = 1'500'000'000;

template <class Visit>
void for_each_line(std::string_view bytes, Visit visit) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(line);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

/// The longest run of a marker character at the start of a line.
int longest_marker(std::string_view bytes) {
  std::size_t longest = 0;
  for_each_line(bytes, [&](std::string_view line) {
    if (line.empty() || (line[0] != '<' && line[0] != '>' && line[0] != '|')) return;
    const std::size_t run = std::min(line.find_first_not_of(line[0]), line.size());
    longest = std::max(longest, run);
  });
  return static_cast<int>(longest);
}

}  // namespace

ConflictStyle parse_conflict_style(std::string_view value) {
  if (value == "diff3") return ConflictStyle::diff3;
  if (value == "zdiff3") return ConflictStyle::zdiff3;
  return ConflictStyle::merge;
}

bool has_lines(std::initializer_list<std::string_view> versions) {
  std::size_t lines = 0;
  for (const std::string_view version : versions) {
    if (version.size() > largest_text_bytes || longest_marker(version) > longest_run) return false;
    lines += static_cast<std::size_t>(std::count(version.begin(), version.end(), '\n'));
  }
  return lines <= most_merged_lines;
}

TextMerge merge_text(std::string_view base, std::string_view ours, std::string_view theirs,
                     const TextMergeOptions& options) {
  TextMerge merge;
  merge.marker_size = options.marker_size;
  for (const std::string_view version : {base, ours, theirs})
    merge.marker_size = std::max(merge.marker_size, longest_marker(version) + 1);

  const NumberedTexts texts = number_lines({base, ours, theirs});
  const Lines &base_lines = texts.texts[0], &our_lines = texts.texts[1], &their_lines = texts.texts[2];
  Effort effort(most_visits);
  LineDiff diff(texts.distinct, effort);
  const MergeSide our_side{our_lines.ids, diff.changes(base_lines.ids, our_lines.ids)};
  const MergeSide their_side{their_lines.ids, diff.changes(base_lines.ids, their_lines.ids)};

  std::vector<MergePlace> places = combine(our_side, their_side, base_lines.size());
  if (options.style == ConflictStyle::merge) places = refined(places, our_side.lines, their_side.lines, diff);
  if (options.style == ConflictStyle::zdiff3) trim(places, our_side.lines, their_side.lines);

  MergeWriter writer(texts, options, merge);
  for (const MergePlace& place : places) writer.write(place);
  writer.finish();
  return merge;
}

bool has_markers(std::string_view bytes, int marker_size, const MergeLabels& labels) {
  const auto marker = [&](char mark, const std::string& label) {
    return std::string(static_cast<std::size_t>(marker_size), mark) + " " + label;
  };
  const std::string open = marker('<', labels.ours), close = marker('>', labels.theirs);
  bool found = false;
  for_each_line(bytes, [&](std::string_view line) { found = found || line == open || line == close; });
  return found;
}

}  // namespace ddx
