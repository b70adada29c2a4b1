#pragma once

#include <string>
#include <vector>

namespace ddx::cli {

/// `0.1.0`
[[nodiscard]] std::string program_version();

/// What it was built with: `libgit2 1.8.4`, …
[[nodiscard]] std::vector<std::string> library_versions();

}  // namespace ddx::cli
