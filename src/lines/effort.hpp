#pragma once

#include <cstdint>

namespace ddx {

/// How much work is left for the diffs of a merge, in visits of a line, so that none takes longer than some
/// seconds. What takes time in proportion to the texts (numbering lines, marking and sliding changes,
/// writing) is not counted: `has_lines` bounds their size. git has no such limit: a diff that ran into it may
/// be another one than git's, but never a wrong one.
class Effort {
 public:
  explicit Effort(std::int64_t visits) : left_(visits) {}
  void spend(std::int64_t visits) { left_ -= visits; }
  [[nodiscard]] bool spent() const { return left_ <= 0; }

 private:
  std::int64_t left_;
};

}  // namespace ddx
