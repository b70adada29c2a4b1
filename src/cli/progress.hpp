#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "cli/ui.hpp"
#include "ddx/host.hpp"

namespace ddx::cli {

enum class ProgressStyle {
  none,
  live,   ///< one line that is written over, from the second second on
  lines,  ///< a plain line now and then, for whoever reads a log
};

/// Shows long work. Short work stays silent.
class ProgressDisplay {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  ProgressDisplay(Ui& ui, ProgressStyle style, Clock clock = std::chrono::steady_clock::now);

  void update(const Progress& progress);
  /// Takes the live line away.
  void finish() { ui_.live_line({}); }

 private:
  void enter(Progress::Phase phase, std::chrono::steady_clock::time_point now);
  [[nodiscard]] std::string words(const Progress& progress, std::chrono::steady_clock::time_point now) const;

  Ui& ui_;
  ProgressStyle style_;
  Clock clock_;
  std::chrono::steady_clock::time_point started_, phase_started_, next_output_;
  std::optional<Progress::Phase> phase_;
};

}  // namespace ddx::cli
