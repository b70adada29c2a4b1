#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hosting/repository.hpp"

namespace ddx::hosting {

/// How a push alone opens a request: no token of the interface is needed, an ssh key will do.
struct RequestByPush {
  std::string ref;                   ///< where the commit is pushed to, upstream
  std::vector<std::string> options;  ///< git's push options, each of one line
};

struct PushedRequest {
  std::string branch;  ///< upstream at GitLab; the topic at Gitea, where no branch is made
  std::string base;
  std::string title, body;
  bool draft = false;
  bool forced = false;  ///< what was pushed before is replaced, not continued
};

/// Pushing the same branch again updates the request. Line ends cannot be sent: GitLab gets them as `\n` in
/// the body, which it undoes; elsewhere they become spaces. \returns nothing for platforms that have no such
/// way
[[nodiscard]] std::optional<RequestByPush> request_by_push(auth::Platform platform,
                                                           const PushedRequest& request);

}  // namespace ddx::hosting
