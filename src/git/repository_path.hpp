#pragma once

#include <string>

#include "ddx/upstream_url.hpp"

namespace ddx::git {

/// The path of a URL as git's credential protocol has it: without slashes at its ends.
[[nodiscard]] std::string repository_path(const UpstreamUrl& url);

}  // namespace ddx::git
