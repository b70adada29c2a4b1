#include "lines/myers_diff.hpp"

#include <algorithm>

#include "lines/edit_graph.hpp"

namespace ddx {

namespace {

/// How often a line occurs in the other text.
enum class Matches : char { none, few, many };

/// The power of two that git takes for the square root.
LineIndex rough_root(LineIndex number) {
  LineIndex root = 1;
  for (; number > 0; number /= 4) root *= 2;
  return root;
}

std::vector<Matches> count_matches(LineIds lines, const std::vector<std::int32_t>& counts) {
  const LineIndex many = std::min<LineIndex>(rough_root(std::ssize(lines)), 1024);
  std::vector<Matches> matches;
  matches.reserve(lines.size());
  for (const LineId id : lines)
    matches.push_back(counts[id] == 0 ? Matches::none : counts[id] >= many ? Matches::many : Matches::few);
  return matches;
}

/// Lines up to the next one with few matches.
struct Neighbours {
  LineIndex without_match = 0, with_many = 0;
};

Neighbours look(const std::vector<Matches>& matches, LineRange inner, LineIndex from, LineIndex step) {
  constexpr LineIndex furthest = 100;
  Neighbours found;
  LineIndex line = from + step;
  for (LineIndex seen = 0; seen < furthest && line >= inner.begin && line < inner.end; ++seen, line += step) {
    if (matches[line] == Matches::few) break;
    ++(matches[line] == Matches::none ? found.without_match : found.with_many);
  }
  return found;
}

/// Whether a line with many matches is among so many without one that it would only hinder.
bool hinders(const std::vector<Matches>& matches, LineRange inner, LineIndex line) {
  const Neighbours above = look(matches, inner, line, -1);
  if (above.without_match == 0) return false;
  const Neighbours below = look(matches, inner, line, 1);
  if (below.without_match == 0) return false;
  const LineIndex many = above.with_many + below.with_many + 2;
  return many * 4 < many + above.without_match + below.without_match;
}

/// Without the lines that both texts begin and end with.
Region trimmed(LineIds before, LineIds after) {
  Region inner{{0, std::ssize(before)}, {0, std::ssize(after)}};
  while (!inner.before.empty() && !inner.after.empty() &&
         before[inner.before.begin] == after[inner.after.begin]) {
    ++inner.before.begin;
    ++inner.after.begin;
  }
  while (!inner.before.empty() && !inner.after.empty() &&
         before[inner.before.end - 1] == after[inner.after.end - 1]) {
    --inner.before.end;
    --inner.after.end;
  }
  return inner;
}

}  // namespace

MyersDiff::MyersDiff(std::size_t distinct, Effort& effort)
    : effort_(effort), before_counts_(distinct, 0), after_counts_(distinct, 0) {}

void MyersDiff::compare(LineIds before, LineIds after, const Region& region, Marks& marks) {
  const LineIds old_lines = slice(before, region.before), new_lines = slice(after, region.after);
  for (const LineId id : old_lines) ++before_counts_[id];
  for (const LineId id : new_lines) ++after_counts_[id];
  const Region inner = trimmed(old_lines, new_lines);
  const Kept old_kept = keep(old_lines, inner.before, after_counts_);
  const Kept new_kept = keep(new_lines, inner.after, before_counts_);
  for (const LineId id : old_lines) before_counts_[id] = 0;
  for (const LineId id : new_lines) after_counts_[id] = 0;

  const LineIndex old_at = region.before.begin, new_at = region.after.begin;
  mark(marks.before, {old_at + inner.before.begin, old_at + inner.before.end});
  mark(marks.after, {new_at + inner.after.begin, new_at + inner.after.end});
  compare(old_kept, new_kept, region, marks);
}

MyersDiff::Kept MyersDiff::keep(LineIds lines, LineRange inner, const std::vector<std::int32_t>& counts) {
  const std::vector<Matches> matches = count_matches(lines, counts);
  Kept kept;
  for (LineIndex line = inner.begin; line < inner.end; ++line) {
    if (matches[line] == Matches::none) continue;
    if (matches[line] == Matches::many && hinders(matches, inner, line)) continue;
    kept.ids.push_back(lines[line]);
    kept.where.push_back(static_cast<std::int32_t>(line));
  }
  return kept;
}

/// Takes the marks from all kept lines that are common.
void MyersDiff::compare(const Kept& before, const Kept& after, const Region& region, Marks& marks) {
  const LineIndex diagonals = std::ssize(before.ids) + std::ssize(after.ids) + 3;
  EditGraph graph(before.ids, after.ids, std::max<LineIndex>(rough_root(diagonals), 256), effort_);
  std::vector<EditGraph::Box> boxes{{{0, std::ssize(before.ids)}, {0, std::ssize(after.ids)}, false}};
  const auto pair = [&](LineIndex old_line, LineIndex new_line) {
    marks.before[region.before.begin + before.where[old_line]] = 0;
    marks.after[region.after.begin + after.where[new_line]] = 0;
  };
  while (!boxes.empty()) {
    auto [x, y, exact] = boxes.back();
    boxes.pop_back();
    for (; !x.empty() && !y.empty() && before.ids[x.begin] == after.ids[y.begin]; ++x.begin, ++y.begin)
      pair(x.begin, y.begin);
    for (; !x.empty() && !y.empty() && before.ids[x.end - 1] == after.ids[y.end - 1]; --x.end, --y.end)
      pair(x.end - 1, y.end - 1);
    if (x.empty() || y.empty()) continue;
    const EditGraph::Split split = graph.split({x, y, exact});
    boxes.push_back({{x.begin, split.x}, {y.begin, split.y}, split.exact_before});
    boxes.push_back({{split.x, x.end}, {split.y, y.end}, split.exact_after});
  }
}

}  // namespace ddx
