#include "lines/slide.hpp"

namespace ddx {

namespace {

/// A group of changed lines of one text, and the unchanged line after it. Groups may be empty, so that the
/// two texts have equally many of them.
class Group {
 public:
  Group(LineIds lines, std::vector<char>& changed) : lines_(lines), changed_(changed) { grow_down(); }

  [[nodiscard]] LineRange range() const { return range_; }
  [[nodiscard]] bool empty() const { return range_.empty(); }

  bool next() {
    if (range_.end == std::ssize(lines_)) return false;
    range_ = {range_.end + 1, range_.end + 1};
    grow_down();
    return true;
  }

  void previous() {
    range_ = {range_.begin - 1, range_.begin - 1};
    grow_up();
  }

  bool slide_up() {
    if (range_.begin == 0 || lines_[range_.begin - 1] != lines_[range_.end - 1]) return false;
    changed_[--range_.begin] = 1;
    changed_[--range_.end] = 0;
    grow_up();
    return true;
  }

  bool slide_down() {
    if (range_.end == std::ssize(lines_) || lines_[range_.begin] != lines_[range_.end]) return false;
    changed_[range_.begin++] = 0;
    changed_[range_.end++] = 1;
    grow_down();
    return true;
  }

 private:
  void grow_up() {
    while (range_.begin > 0 && changed_[range_.begin - 1] != 0) --range_.begin;
  }
  void grow_down() {
    while (changed_[range_.end] != 0) ++range_.end;
  }

  LineIds lines_;
  std::vector<char>& changed_;
  LineRange range_;
};

/// \param other  the group at the same place of the other text; it stays that
void place(Group& group, Group& other) {
  LineIndex size = 0, highest_end = 0;
  bool meets_other = false;
  do {
    size = group.range().size();
    while (group.slide_up()) other.previous();
    highest_end = group.range().end;
    meets_other = !other.empty();
    while (group.slide_down()) {
      other.next();
      meets_other = meets_other || !other.empty();
    }
  } while (size != group.range().size());
  if (group.range().end == highest_end || !meets_other) return;
  while (other.empty() && group.slide_up()) other.previous();
}

void slide_one_side(Group group, Group other) {
  do {
    if (!group.empty()) place(group, other);
  } while (group.next() && other.next());
}

}  // namespace

void slide_changes(LineIds before, LineIds after, Marks& marks) {
  slide_one_side(Group(before, marks.before), Group(after, marks.after));
  slide_one_side(Group(after, marks.after), Group(before, marks.before));
}

}  // namespace ddx
