#pragma once

#include <string>
#include <vector>

#include "hosting/json.hpp"
#include "hosting/review_request.hpp"

namespace ddx::hosting {

/// How a platform says which request one is, and in which state.
struct RequestWords {
  const char* number;  ///< where it is in the request's JSON
  std::vector<std::string> open, merged, closed;

  /// The number and the state of a request, to be completed.
  /// \throws Error (platform_trouble) if there is no number, or a state that is not known
  [[nodiscard]] ReviewRequest begin(const Json& json, const Repository& upstream) const;
};

}  // namespace ddx::hosting
