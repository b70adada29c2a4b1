#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "hosting/review_request.hpp"

namespace ddx::hosting {

/// One failed: failed; else one pending: pending; else passed. \returns none for an empty list
[[nodiscard]] Checks::State state_of(const std::vector<Checks::Check>& checks);

/// What the newest opinion of each reviewer says together.
class Opinions {
 public:
  using Review = ReviewRequest::Review;
  void say(const std::string& reviewer, Review opinion) { newest_[reviewer] = opinion; }
  /// An opinion that was taken back.
  void forget(const std::string& reviewer) { newest_[reviewer] = Review::pending; }
  [[nodiscard]] Review verdict() const;

 private:
  std::map<std::string, Review> newest_;
};

/// The head and the title of a draft at platforms where words in the title make one.
struct DraftWords {
  const char* prefix;               ///< written: "Draft: "
  std::vector<std::string> others;  ///< read, in lower case: "wip:", "[draft]", …

  [[nodiscard]] std::string with(const std::string& title, bool draft) const;
  /// The title without them, and whether they were there.
  struct Split {
    std::string title;
    bool draft = false;
  };
  [[nodiscard]] Split split(const std::string& title) const;
};

}  // namespace ddx::hosting
