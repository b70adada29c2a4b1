#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "platform/console.hpp"

namespace ddx::cli {

/// The process that ddx runs in. Built in `main`, or by a test.
struct System {
  Files& files;
  Console& console;
  const std::atomic<bool>& interrupted;
  std::function<int()> caught_signal;  ///< 0 if there was none
  std::function<std::chrono::system_clock::time_point()> now;
  std::function<std::array<std::byte, 10>()> random;
  std::function<std::optional<std::string>(const char* name)> environment;
  std::function<std::filesystem::path()> current_directory;
  std::string user, machine;                                           ///< as `Invocation` has them
  std::function<std::map<std::string, std::string>()> variables = {};  ///< all of the environment
};

/// The whole program: parses `arguments` (without the program's name), runs the command and reports. Never
/// throws. \returns the exit code; 128 + N when signal N was caught, also too late to stop anything,
/// and the caller has to end by it
int run(const std::vector<std::string>& arguments, const System& system);

}  // namespace ddx::cli
