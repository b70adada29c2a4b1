#include "lines/three_way.hpp"

#include <algorithm>

namespace ddx {

namespace {

using Kind = MergePlace::Kind;

LineRange moved(LineRange range, LineIndex by) { return {range.begin + by, range.end + by}; }

/// Goes through the changes of one side.
class Changes {
 public:
  Changes(const MergeSide& side, LineIndex base_lines) : side_(side), base_lines_(base_lines) {}

  [[nodiscard]] bool done() const { return next_ == side_.changes.size(); }
  [[nodiscard]] const LineChange& now() const { return side_.changes[next_]; }
  void advance() { ++next_; }
  [[nodiscard]] bool is_before(const Changes& other) const {
    return !done() && (other.done() || now().before.end < other.now().before.begin);
  }
  /// Lines of the base before the next change, on this side.
  [[nodiscard]] LineRange unchanged(LineRange base) const {
    if (done()) return moved(base, std::ssize(side_.lines) - base_lines_);
    return moved(base, now().after.begin - now().before.begin);
  }
  /// What this side has where the base has these lines, around its next change.
  [[nodiscard]] LineRange around(LineRange base) const {
    return {now().after.begin - (now().before.begin - base.begin),
            now().after.end + (base.end - now().before.end)};
  }
  [[nodiscard]] LineIds new_lines() const { return slice(side_.lines, now().after); }

 private:
  const MergeSide& side_;
  LineIndex base_lines_;
  std::size_t next_ = 0;
};

void append(std::vector<MergePlace>& places, const MergePlace& place) {
  if (!places.empty()) {
    MergePlace& last = places.back();
    if (place.ours.begin <= last.ours.end || place.theirs.begin <= last.theirs.end) {
      if (last.kind != place.kind) last.kind = Kind::conflict;
      last.base.end = place.base.end;
      last.ours.end = place.ours.end;
      last.theirs.end = place.theirs.end;
      return;
    }
  }
  places.push_back(place);
}

bool is_same(const Changes& ours, const Changes& theirs) {
  return ours.now().before == theirs.now().before && std::ranges::equal(ours.new_lines(), theirs.new_lines());
}

/// Both sides have a change here.
void combine_both(std::vector<MergePlace>& places, Changes& ours, Changes& theirs) {
  const LineRange our_base = ours.now().before, their_base = theirs.now().before;
  if (!is_same(ours, theirs)) {
    const LineRange base{std::min(our_base.begin, their_base.begin), std::max(our_base.end, their_base.end)};
    append(places, {Kind::conflict, base, ours.around(base), theirs.around(base)});
  }
  if (our_base.end >= their_base.end) theirs.advance();
  if (their_base.end >= our_base.end) ours.advance();
}

/// \returns whether the conflict became larger
bool take_in(MergePlace& conflict, const MergePlace& next) {
  constexpr LineIndex most_between = 3;
  if (conflict.kind != Kind::conflict || next.kind != Kind::conflict) return false;
  if (next.ours.begin - conflict.ours.end > most_between) return false;
  conflict.ours.end = next.ours.end;
  conflict.theirs.end = next.theirs.end;
  return true;
}

}  // namespace

std::vector<MergePlace> combine(const MergeSide& our_side, const MergeSide& their_side,
                                LineIndex base_lines) {
  std::vector<MergePlace> places;
  Changes ours(our_side, base_lines), theirs(their_side, base_lines);
  while (!ours.done() || !theirs.done()) {
    if (ours.is_before(theirs)) {
      const LineChange& change = ours.now();
      append(places, {Kind::ours, change.before, change.after, theirs.unchanged(change.before)});
      ours.advance();
    } else if (theirs.is_before(ours)) {
      const LineChange& change = theirs.now();
      append(places, {Kind::theirs, change.before, ours.unchanged(change.before), change.after});
      theirs.advance();
    } else {
      combine_both(places, ours, theirs);
    }
  }
  return places;
}

std::vector<MergePlace> refined(const std::vector<MergePlace>& places, LineIds ours, LineIds theirs,
                                LineDiff& diff) {
  std::vector<MergePlace> found;
  const auto add = [&](const MergePlace& place) {
    if (found.empty() || !take_in(found.back(), place)) found.push_back(place);
  };
  for (const MergePlace& place : places) {
    if (place.kind != Kind::conflict || place.ours.empty() || place.theirs.empty()) {
      add(place);
      continue;
    }
    const std::vector<LineChange> changes =
        diff.changes(slice(ours, place.ours), slice(theirs, place.theirs));
    if (changes.empty()) add({Kind::alike, place.base, place.ours, place.theirs});
    for (const LineChange& change : changes) {
      add({Kind::conflict, place.base, moved(change.before, place.ours.begin),
           moved(change.after, place.theirs.begin)});
    }
  }
  return found;
}

void trim(std::vector<MergePlace>& places, LineIds ours, LineIds theirs) {
  for (MergePlace& place : places) {
    if (place.kind != Kind::conflict) continue;
    LineRange &a = place.ours, &b = place.theirs;
    for (; !a.empty() && !b.empty() && ours[a.begin] == theirs[b.begin]; ++a.begin, ++b.begin) {
    }
    for (; !a.empty() && !b.empty() && ours[a.end - 1] == theirs[b.end - 1]; --a.end, --b.end) {
    }
  }
}

}  // namespace ddx
