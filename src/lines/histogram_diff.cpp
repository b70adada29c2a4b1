#include "lines/histogram_diff.hpp"

#include <algorithm>

namespace ddx {

namespace {

constexpr LineIndex most_occurrences = 64;
constexpr std::int32_t none = -1;

}  // namespace

HistogramDiff::HistogramDiff(std::size_t distinct, Effort& effort)
    : effort_(effort), myers_(distinct, effort), first_(distinct, none), count_(distinct, 0) {}

Marks HistogramDiff::compare(LineIds before, LineIds after) {
  before_ = before;
  after_ = after;
  next_.resize(before.size());
  Marks marks(before, after);
  std::vector<Region> regions{{{0, std::ssize(before)}, {0, std::ssize(after)}}};
  while (!regions.empty()) {
    const Region region = regions.back();
    regions.pop_back();
    if (region.before.empty() || region.after.empty()) {
      mark(marks.before, region.before);
      mark(marks.after, region.after);
      continue;
    }
    const Best best = find_run(region);
    if (effort_.spent() || (best.any_common && best.occurrences > most_occurrences)) {
      myers_.compare(before, after, region, marks);
    } else if (!best.any_common) {
      mark(marks.before, region.before);
      mark(marks.after, region.after);
    } else {
      const Region& run = best.run;
      const Region above{{region.before.begin, run.before.begin}, {region.after.begin, run.after.begin}};
      const Region below{{run.before.end, region.before.end}, {run.after.end, region.after.end}};
      // The larger one is next, as the index is nearly that already.
      const bool above_is_next = above.before.size() > below.before.size();
      regions.push_back(above_is_next ? below : above);
      regions.push_back(above_is_next ? above : below);
    }
  }
  index({});
  return marks;
}

/// Cheap where the range is a large part of the last one. What was cut off at the end stays in `next_`.
void HistogramDiff::index(LineRange range) {
  const bool inside = range.begin >= indexed_.begin && range.end <= indexed_.end;
  if (inside && indexed_.size() - range.size() < range.size()) {
    effort_.spend(indexed_.size() - range.size());
    for (LineIndex line = indexed_.begin; line < range.begin; ++line) {
      first_[before_[line]] = next_[line];
      --count_[before_[line]];
    }
    for (LineIndex line = range.end; line < indexed_.end; ++line) --count_[before_[line]];
  } else {
    effort_.spend(indexed_.size() + range.size());
    for (const LineId id : slice(before_, indexed_)) count_[id] = 0;
    for (LineIndex line = range.end; line-- > range.begin;) {
      const LineId id = before_[line];
      next_[line] = count_[id]++ == 0 ? none : first_[id];
      first_[id] = static_cast<std::int32_t>(line);
    }
  }
  indexed_ = range;
}

HistogramDiff::Best HistogramDiff::find_run(const Region& region) {
  index(region.before);
  effort_.spend(region.after.size());
  Best best{{}, most_occurrences + 1};
  for (LineIndex at = region.after.begin; at < region.after.end && !effort_.spent();)
    at = count_[after_[at]] == 0 ? at + 1 : try_line(region, at, best);
  return best;
}

/// \returns the line to try next: none that was in a run already
LineIndex HistogramDiff::try_line(const Region& region, LineIndex at, Best& best) {
  const LineId id = after_[at];
  LineIndex next = at + 1;
  best.any_common = true;
  if (count_[id] > best.occurrences) return next;
  for (LineIndex start = first_[id]; start != none && start < region.before.end;) {
    const Best found = extended(region, start, at);
    const Region& run = found.run;
    effort_.spend(run.before.size());
    next = std::max(next, run.after.end);
    if (run.before.size() > best.run.before.size() || found.occurrences < best.occurrences) {
      best.run = run;
      best.occurrences = found.occurrences;
    }
    while (start != none && start < run.before.end) start = next_[start];
  }
  return next;
}

/// The run of common lines around a pair of them.
HistogramDiff::Best HistogramDiff::extended(const Region& region, LineIndex before, LineIndex after) const {
  std::int32_t rarest = count_[before_[before]];
  Region run{{before, before + 1}, {after, after + 1}};
  while (run.before.begin > region.before.begin && run.after.begin > region.after.begin &&
         before_[run.before.begin - 1] == after_[run.after.begin - 1]) {
    rarest = std::min(rarest, count_[before_[--run.before.begin]]);
    --run.after.begin;
  }
  while (run.before.end < region.before.end && run.after.end < region.after.end &&
         before_[run.before.end] == after_[run.after.end]) {
    rarest = std::min(rarest, count_[before_[run.before.end++]]);
    ++run.after.end;
  }
  return {run, rarest};
}

}  // namespace ddx
