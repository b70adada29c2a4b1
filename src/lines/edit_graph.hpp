#pragma once

#include <optional>

#include "lines/effort.hpp"
#include "lines/lines.hpp"

namespace ddx {

/// The plane of two texts, one to the right and one down; diagonal steps are common lines. \see "An O(ND)
/// difference algorithm and its variations" by Eugene W. Myers
class EditGraph {
 public:
  /// \param cost_limit  steps of a search before the furthest point is taken
  EditGraph(LineIds across, LineIds down, LineIndex cost_limit, Effort& effort);

  struct Box {
    LineRange x, y;
    bool exact;  ///< no short cuts
  };
  /// A point on a good way through a box; what is before and after it may have to be exact.
  struct Split {
    LineIndex x = 0, y = 0;
    bool exact_before = true, exact_after = true;
  };

  /// Searches from both corners at the same time, with git's short cuts (xdiff/xdiffi.c: xdl_split).
  /// \param box  neither range is empty, the first lines differ, and the last ones
  [[nodiscard]] Split split(const Box& box);

 private:
  /// How far along x each diagonal x - y was reached; those from `low` to `high` count, every second one.
  struct Front {
    Front(LineIndex width, LineIndex height);
    LineIndex& operator[](LineIndex diagonal) { return reach[zero + diagonal]; }
    void start(LineIndex diagonal, LineIndex x);
    void widen(LineRange diagonals, LineIndex border);
    LineIndex zero, middle = 0, low = 0, high = 0;
    std::vector<LineIndex> reach;
  };

  [[nodiscard]] bool common(LineIndex x, LineIndex y) const { return across_[x] == down_[y]; }
  [[nodiscard]] bool common_before(LineIndex x, LineIndex y) const;
  [[nodiscard]] bool common_after(LineIndex x, LineIndex y) const;
  [[nodiscard]] std::optional<Split> advance(const Box& box);
  [[nodiscard]] std::optional<Split> advance_back(const Box& box);
  [[nodiscard]] std::optional<Split> long_run(const Box& box, LineIndex cost);
  [[nodiscard]] std::optional<Split> long_run_back(const Box& box, LineIndex cost);
  [[nodiscard]] Split furthest(const Box& box);

  LineIds across_, down_;
  LineIndex cost_limit_;
  Effort& effort_;
  Front forward_, backward_;
  bool fronts_meet_going_forward_ = false;
  bool saw_long_run_ = false;
};

}  // namespace ddx
