#include "lines/edit_graph.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace ddx {

namespace {

constexpr LineIndex long_run_lines = 20;
constexpr LineIndex cheap = 256;  // steps until a long run is good enough
constexpr LineIndex cost_when_spent = 32;
constexpr LineIndex unreached = std::numeric_limits<LineIndex>::max();

}  // namespace

EditGraph::Front::Front(LineIndex width, LineIndex height)
    : zero(height + 1), reach(static_cast<std::size_t>(width + height + 3)) {}

void EditGraph::Front::start(LineIndex diagonal, LineIndex x) {
  middle = low = high = diagonal;
  (*this)[diagonal] = x;
}

/// By one on each side; where the box ends, the other way, since only every second diagonal is reached.
void EditGraph::Front::widen(LineRange diagonals, LineIndex border) {
  if (low > diagonals.begin) {
    (*this)[--low - 1] = border;
  } else {
    ++low;
  }
  if (high < diagonals.end) {
    (*this)[++high + 1] = border;
  } else {
    --high;
  }
}

EditGraph::EditGraph(LineIds across, LineIds down, LineIndex cost_limit, Effort& effort)
    : across_(across),
      down_(down),
      cost_limit_(cost_limit),
      effort_(effort),
      forward_(std::ssize(across), std::ssize(down)),
      backward_(std::ssize(across), std::ssize(down)) {}

EditGraph::Split EditGraph::split(const Box& box) {
  forward_.start(box.x.begin - box.y.begin, box.x.begin);
  backward_.start(box.x.end - box.y.end, box.x.end);
  fronts_meet_going_forward_ = (forward_.middle - backward_.middle) % 2 != 0;
  for (LineIndex cost = 1;; ++cost) {
    saw_long_run_ = false;
    if (const auto met = advance(box)) return *met;
    if (const auto met = advance_back(box)) return *met;
    if (effort_.spent() && cost >= cost_when_spent) return furthest(box);
    if (box.exact) continue;
    if (saw_long_run_ && cost > cheap) {
      if (const auto found = long_run(box, cost)) return *found;
      if (const auto found = long_run_back(box, cost)) return *found;
    }
    if (cost >= cost_limit_) return furthest(box);
  }
}

std::optional<EditGraph::Split> EditGraph::advance(const Box& box) {
  forward_.widen({box.x.begin - box.y.end, box.x.end - box.y.begin}, -1);
  for (LineIndex d = forward_.high; d >= forward_.low; d -= 2) {
    const LineIndex start = std::max(forward_[d - 1] + 1, forward_[d + 1]);
    LineIndex x = start;
    while (x < box.x.end && x - d < box.y.end && common(x, x - d)) ++x;
    if (x - start > long_run_lines) saw_long_run_ = true;
    effort_.spend(x - start + 1);
    forward_[d] = x;
    const bool can_meet = fronts_meet_going_forward_ && backward_.low <= d && d <= backward_.high;
    if (can_meet && backward_[d] <= x) return Split{x, x - d};
  }
  return std::nullopt;
}

std::optional<EditGraph::Split> EditGraph::advance_back(const Box& box) {
  backward_.widen({box.x.begin - box.y.end, box.x.end - box.y.begin}, unreached);
  for (LineIndex d = backward_.high; d >= backward_.low; d -= 2) {
    const LineIndex start = std::min(backward_[d - 1], backward_[d + 1] - 1);
    LineIndex x = start;
    while (x > box.x.begin && x - d > box.y.begin && common(x - 1, x - d - 1)) --x;
    if (start - x > long_run_lines) saw_long_run_ = true;
    effort_.spend(start - x + 1);
    backward_[d] = x;
    const bool can_meet = !fronts_meet_going_forward_ && forward_.low <= d && d <= forward_.high;
    if (can_meet && x <= forward_[d]) return Split{x, x - d};
  }
  return std::nullopt;
}

bool EditGraph::common_before(LineIndex x, LineIndex y) const {
  return std::equal(across_.begin() + x - long_run_lines, across_.begin() + x,
                    down_.begin() + y - long_run_lines);
}

bool EditGraph::common_after(LineIndex x, LineIndex y) const {
  return std::equal(across_.begin() + x, across_.begin() + x + long_run_lines, down_.begin() + y);
}

/// The end of a run of common lines that is far from the corner and near the middle.
std::optional<EditGraph::Split> EditGraph::long_run(const Box& box, LineIndex cost) {
  std::optional<Split> found;
  LineIndex best = 4 * cost;
  for (LineIndex d = forward_.high; d >= forward_.low; d -= 2) {
    const LineIndex x = forward_[d], y = x - d;
    const LineIndex gain = x - box.x.begin + y - box.y.begin - std::abs(d - forward_.middle);
    const bool inside = x >= box.x.begin + long_run_lines && x < box.x.end &&
                        y >= box.y.begin + long_run_lines && y < box.y.end;
    if (gain <= best || !inside || !common_before(x, y)) continue;
    best = gain;
    found = Split{x, y, true, false};
  }
  return found;
}

std::optional<EditGraph::Split> EditGraph::long_run_back(const Box& box, LineIndex cost) {
  std::optional<Split> found;
  LineIndex best = 4 * cost;
  for (LineIndex d = backward_.high; d >= backward_.low; d -= 2) {
    const LineIndex x = backward_[d], y = x - d;
    const LineIndex gain = box.x.end - x + box.y.end - y - std::abs(d - backward_.middle);
    const bool inside = x > box.x.begin && x <= box.x.end - long_run_lines && y > box.y.begin &&
                        y <= box.y.end - long_run_lines;
    if (gain <= best || !inside || !common_after(x, y)) continue;
    best = gain;
    found = Split{x, y, false, true};
  }
  return found;
}

/// The point furthest from the corner that its search came from.
EditGraph::Split EditGraph::furthest(const Box& box) {
  LineIndex ahead = -1, ahead_x = -1;
  for (LineIndex d = forward_.high; d >= forward_.low; d -= 2) {
    const LineIndex x = std::min({forward_[d], box.x.end, box.y.end + d});
    if (x + x - d <= ahead) continue;
    ahead = x + x - d;
    ahead_x = x;
  }
  LineIndex back = unreached, back_x = unreached;
  for (LineIndex d = backward_.high; d >= backward_.low; d -= 2) {
    const LineIndex x = std::max({backward_[d], box.x.begin, box.y.begin + d});
    if (x + x - d >= back) continue;
    back = x + x - d;
    back_x = x;
  }
  const bool forward_is_further = box.x.end + box.y.end - back < ahead - (box.x.begin + box.y.begin);
  if (forward_is_further) return {ahead_x, ahead - ahead_x, true, false};
  return {back_x, back - back_x, false, true};
}

}  // namespace ddx
