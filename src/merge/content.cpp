#include "merge/content.hpp"

#include <fmt/format.h>

#include "base/binary.hpp"
#include "git/lfs.hpp"

namespace ddx {

namespace {

using Outcome = FileMerge::Outcome;

bool is_link(const Version& version) { return version.mode == Mode::link; }

/// A conflict that no line-by-line merge can express: a side is taken whole, or it stays open with ours in
/// place.
FileMerge whole_conflict(const RelPath& path, ConflictKind kind, const MergeSettings& settings) {
  FileMerge merge;
  merge.kind = kind;
  const Policy::Decision decision = settings.policy.decide(path);
  switch (decision.side) {
    case Side::mine:
      merge.outcome = Outcome::ours;
      merge.decision = fmt::format("kept yours of '{}' ({})", path.str(), decision.origin);
      break;
    case Side::theirs:
      merge.outcome = Outcome::theirs;
      merge.decision = fmt::format("took upstream's '{}' ({})", path.str(), decision.origin);
      break;
    case Side::ask:
    case Side::markers:
    case Side::union_of_both:
      merge.outcome = Outcome::conflict;
      break;  // there is no union without lines
  }
  return merge;
}

struct MergedMode {
  Mode mode;
  bool clean;
};

MergedMode merged_mode(const MergeInputs& inputs) {
  const Mode ours = inputs.ours.mode, theirs = inputs.theirs.mode;
  if (ours == theirs || (inputs.base && ours == inputs.base->mode)) return {theirs, true};
  return {ours, inputs.base && theirs == inputs.base->mode};
}

std::string side_words(Side side, int hunks) {
  const std::string count = fmt::format("{} conflicting hunk{}", hunks, hunks == 1 ? "" : "s");
  switch (side) {
    case Side::mine:
      return "kept yours in " + count;
    case Side::theirs:
      return "took upstream's in " + count;
    case Side::union_of_both:
      return "kept both in " + count;
    case Side::ask:
    case Side::markers:
      break;
  }
  return count;
}

/// The content is ours as it is; the mode is merged all the same.
FileMerge keep_our_content(const RelPath& path, const MergeInputs& inputs, const std::string& driver) {
  FileMerge merge;
  merge.mode = merged_mode(inputs).mode;
  if (merge.mode != inputs.ours.mode) {
    merge.outcome = Outcome::merged;
    merge.bytes = inputs.our_bytes();
  }
  merge.decision = fmt::format("kept yours of '{}' (merge={})", path.str(), driver);
  return merge;
}

FileMerge merge_lines(const RelPath& path, const MergeInputs& inputs, const MergeSettings& settings) {
  const bool has_base = inputs.base && !is_link(*inputs.base);
  const git::Attributes attributes = settings.attributes ? settings.attributes(path) : git::Attributes();
  if (attributes.merge == git::Attributes::Merge::keep_ours)
    return keep_our_content(path, inputs, attributes.driver);
  if (attributes.merge == git::Attributes::Merge::binary)
    return whole_conflict(path, ConflictKind::binary, settings);
  const std::string base = has_base ? inputs.base_bytes() : std::string();
  const std::string ours = inputs.our_bytes();
  const std::string theirs = inputs.their_bytes();
  const auto is_no_text = [](const std::string& bytes) {
    return is_binary(bytes) || git::is_lfs_pointer(bytes);
  };
  if (is_no_text(base) || is_no_text(ours) || is_no_text(theirs) || !has_lines({base, ours, theirs}))
    return whole_conflict(path, ConflictKind::binary, settings);

  const bool both = attributes.merge == git::Attributes::Merge::union_of_both;
  const Policy::Decision decision =
      both ? Policy::Decision{Side::union_of_both, "merge=union"} : settings.policy.decide(path);
  const TextMergeOptions options{settings.style, decision.side, settings.labels, attributes.marker_size};
  TextMerge text = merge_text(base, ours, theirs, options);
  const MergedMode mode = merged_mode(inputs);
  const bool takes_both = decision.side == Side::union_of_both && text.settled_hunks > 0 && !both;
  if (text.clean && !mode.clean && !takes_both) return whole_conflict(path, ConflictKind::mode, settings);
  FileMerge merge;
  merge.outcome = text.clean ? Outcome::merged : Outcome::conflict;
  merge.mode = mode.mode;
  if (!text.clean || text.settled_hunks > 0)
    merge.kind = has_base ? ConflictKind::content : ConflictKind::add_add;
  if (text.settled_hunks > 0) {
    if (settings.whole_file && !both) return whole_conflict(path, *merge.kind, settings);
    merge.decision = fmt::format("{} of '{}' ({})", side_words(decision.side, text.settled_hunks), path.str(),
                                 decision.origin);
    if (!mode.clean) merge.decision += ", with your mode";
  }
  merge.bytes = std::move(text.bytes);
  merge.hunks = std::move(text.hunks);
  merge.marker_size = text.marker_size;
  merge.marked = !text.clean;
  return merge;
}

}  // namespace

FileMerge merge_file(const RelPath& path, const MergeInputs& inputs, const MergeSettings& settings) {
  const bool links = is_link(inputs.ours) || is_link(inputs.theirs);
  if (links) {
    const bool same_kind = is_link(inputs.ours) && is_link(inputs.theirs);
    if (!same_kind) return whole_conflict(path, ConflictKind::type, settings);
    return whole_conflict(path, inputs.base ? ConflictKind::symlink : ConflictKind::add_add, settings);
  }
  const bool ours_unchanged = inputs.base && inputs.base->blob == inputs.ours.blob;
  const bool theirs_unchanged = inputs.base && inputs.base->blob == inputs.theirs.blob;
  if (inputs.ours.blob == inputs.theirs.blob || ours_unchanged || theirs_unchanged) {
    // The content is decided; what is left is the mode.
    const MergedMode mode = merged_mode(inputs);
    if (!mode.clean) return whole_conflict(path, ConflictKind::mode, settings);
    FileMerge merge;
    merge.outcome = Outcome::merged;
    merge.mode = mode.mode;
    merge.bytes = ours_unchanged ? inputs.their_bytes() : inputs.our_bytes();
    return merge;
  }
  return merge_lines(path, inputs, settings);
}

}  // namespace ddx
