#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace ddx::net {

/// Notices a transfer that never stands still, but is too slow to come to an end.
class SpeedFloor {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// \param during  zero: anything is fast enough
  SpeedFloor(long bytes_per_second, std::chrono::seconds during)
      : least_(bytes_per_second * during.count()), during_(during) {}

  /// Counts bytes that arrived. \returns whether fewer than the floor came in a whole stretch of that length
  [[nodiscard]] bool is_below(std::size_t bytes, Time now) {
    if (!start_) start_ = now;
    bytes_ += static_cast<std::int64_t>(bytes);
    if (during_.count() == 0 || now - *start_ < during_) return false;
    const bool below = bytes_ < least_;
    bytes_ = 0;
    start_ = now;
    return below;
  }

 private:
  std::int64_t least_;
  std::chrono::seconds during_;
  std::optional<Time> start_;
  std::int64_t bytes_ = 0;
};

}  // namespace ddx::net
