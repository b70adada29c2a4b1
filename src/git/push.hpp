#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/oid.hpp"

namespace ddx::git {

/// One branch of a server is to hold one commit.
struct RefUpdate {
  std::string local;                      ///< the ref in our repository that holds the commit
  std::string name;                       ///< full name at the server, e.g. `refs/heads/ddx/ada/prompts`
  Oid commit;                             ///< what `local` is
  std::optional<Oid> expected;            ///< what must be there now; none: nothing may be there
  std::vector<std::string> options = {};  ///< git's push options, for servers that take them
};

/// What the server made of it.
struct PushAnswer {
  enum class Result {
    updated,
    was_there,  ///< it held that commit already
    moved,      ///< it is not where it was expected: nothing was sent
    refused,    ///< by the server, for `reason`
  };
  Result result = Result::refused;
  std::optional<Oid> found;  ///< what the branch held before
  std::string reason;        ///< as git servers say it: "pre-receive hook declined"
  std::string said;          ///< what its hooks printed, as it came; at most 64 KiB
};

}  // namespace ddx::git
