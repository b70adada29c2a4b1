#pragma once

#include <string>
#include <vector>

#include "auth/platform.hpp"

namespace ddx::hosting {

struct PushedRequest {
  std::string base;
  std::string title, body;
  bool draft = false;
};

/// git's push options, each of one line, by which a push alone opens a request: no token of the interface is
/// needed, an ssh key will do. Pushing the same branch again updates the request. Line ends cannot be sent;
/// those of the body are `\n`, which GitLab undoes. \returns nothing for platforms that have no such way
[[nodiscard]] std::vector<std::string> request_by_push(auth::Platform platform, const PushedRequest& request);

}  // namespace ddx::hosting
