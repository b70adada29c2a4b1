#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ddx::test {

struct RunResult {
  int exit = 0;  ///< 128+N for a signal
  std::string out, err;
};

using Environment = std::map<std::string, std::string>;

/// PATH and a HOME without any configuration, fixed author, committer and time zone; nothing of the
/// environment that the tests themselves run in.
[[nodiscard]] Environment clean_environment(const std::filesystem::path& home);

/// Runs a program to its end. `program` is looked up in PATH when it has no '/'.
RunResult run(const std::filesystem::path& in, const std::vector<std::string>& command,
              const Environment& environment, const std::string& input = {});

}  // namespace ddx::test
