#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hosting/repository.hpp"

namespace ddx::hosting {

/// What automatic checks say about a request's newest commit.
struct Checks {
  enum class State {
    none,     ///< there are none
    unknown,  ///< the token may not see them, or they were not asked for
    pending,
    passed,
    failed,
  };
  struct Check {
    std::string name;
    State state = State::pending;
    std::string url;  ///< may be empty
  };

  State state = State::unknown;
  std::vector<Check> list = {};
};

/// A pull request, merge request: a proposal of commits, open or decided. Texts come from a server; who shows
/// them sanitizes.
struct ReviewRequest {
  enum class State { open, merged, closed };
  enum class Review {
    none,     ///< nobody was asked, nobody said anything
    unknown,  ///< was not asked for, or may not be seen
    pending,
    approved,
    changes_requested,
  };

  std::int64_t number = 0;
  std::string url;  ///< of its page
  State state = State::open;
  bool draft = false;
  std::string title;  ///< without the words that make it a draft
  std::string body;
  std::string head;             ///< branch
  std::string head_repository;  ///< `owner/name`; empty where it is gone or not told
  std::string base;             ///< branch
  std::string head_commit;      ///< ids may be abbreviated (Bitbucket Cloud)
  std::string merge_commit;     ///< what upstream got; empty unless merged
  Checks checks = {};
  Review review = Review::unknown;

  /// One that the platform does not have any more: closed, and nothing else is known of it.
  [[nodiscard]] static ReviewRequest gone(std::int64_t number) {
    ReviewRequest request;
    request.number = number;
    request.state = State::closed;
    return request;
  }
};

}  // namespace ddx::hosting
