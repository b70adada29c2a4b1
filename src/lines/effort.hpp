#pragma once

#include <cstdint>

namespace ddx {

/// How much work is left for a merge, in visits of a line. The diffs look at it so that no input takes longer
/// than some seconds. git has no such limit: a diff that ran into it may be another one than git's, but never
/// a wrong one.
class Effort {
 public:
  explicit Effort(std::int64_t visits) : left_(visits) {}
  void spend(std::int64_t visits) { left_ -= visits; }
  [[nodiscard]] bool spent() const { return left_ <= 0; }

 private:
  std::int64_t left_;
};

}  // namespace ddx
