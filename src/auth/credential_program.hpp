#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "ddx/host.hpp"
#include "ddx/secret.hpp"
#include "platform/process.hpp"

namespace ddx::auth {

struct ProgramLimits {
  std::chrono::milliseconds time{30'000};
  std::size_t output_bytes = 65'536;
  std::chrono::milliseconds silence{2'000};  ///< after which it is said what is waited for
};

struct ProgramAnswer {
  enum class End { finished, not_started, too_slow, too_long };
  End end = End::finished;
  int status = 0;  ///< the exit status of one that finished
  Secret output;
  std::string errors = {};  ///< what it wrote to its standard error, 64 KiB at most
};

/// Runs a program that speaks git's credential protocol. It is killed, with all that it started in its group,
/// when it exceeds a limit. \param name  of what is waited for, for people. \throws Interrupted
[[nodiscard]] ProgramAnswer run_credential_program(const Process::Command& command, const std::string& name,
                                                   const Secret& input, const ProgramLimits& limits,
                                                   Host& host);

/// "did not answer within 30 seconds". Empty for one that finished.
[[nodiscard]] std::string why_useless(const ProgramAnswer& answer, const ProgramLimits& limits);

/// The environment for such a program: all of ours but the secrets, without git's own ways to ask, and
/// without a window unless somebody is there.
[[nodiscard]] std::map<std::string, std::string> program_environment(const Host& host);

}  // namespace ddx::auth
