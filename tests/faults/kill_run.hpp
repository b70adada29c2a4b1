#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "faults/scene.hpp"

namespace ddx::test {

/// Which of the points are tried.
struct Sampling {
  std::size_t every = 1;           ///< kill point of the verb
  std::size_t recovery_every = 0;  ///< kill point of the recovery after it; 0 lets every recovery finish
};

struct KillTally {
  std::size_t points = 0, recovery_points = 0;
  std::vector<std::string> violations;
  /// "N kill points, M of them during recovery, 0 violations", and the first violations
  [[nodiscard]] std::string str() const;
};

/// Kills the verb at its changing calls, one after the other, each time in a fresh copy of the scene's
/// project, and recovers. What is visible then must be as before the verb or as after it; and doing the verb
/// (again) must lead to the latter.
[[nodiscard]] KillTally kill_everywhere(const Scene& scene, const Verb& verb, const Sampling& sampling);

/// Begins the verb in the project and kills it at the n-th of its points, from 1.
/// \returns `End::finished` when the verb has fewer points
using KillAt = std::function<End(const std::filesystem::path& project, std::size_t point)>;

/// The same with another way to kill.
[[nodiscard]] KillTally kill_everywhere(const Scene& scene, const Verb& verb, const KillAt& kill_at,
                                        const Sampling& sampling);

}  // namespace ddx::test
