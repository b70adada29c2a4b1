#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "git/fetch_call.hpp"
#include "git/user_settings.hpp"
#include "platform/process.hpp"

namespace ddx::git {

/// What a person gets for a passphrase, a question about a host key, or the touch of a hardware key.
inline constexpr std::chrono::minutes time_to_type{5};

/// A program that speaks git's protocol for one upstream on its standard streams.
struct ServiceProgram {
  Process::Command command;
  std::string upstream;                ///< for messages
  std::chrono::milliseconds patience;  ///< for the first byte; somebody may have to type something first
  std::function<void(int status, const std::string& said)> throw_ended;  ///< what its end too early means
};

/// `git upload-pack` for an upstream on this machine, so that shallow fetches work there too.
/// \returns nothing if there is no `git` program in PATH
/// \throws Error (upstream_not_found)
[[nodiscard]] std::optional<ServiceProgram> local_service(const FetchOptions& options, const Host& host);

/// The user's own ssh, found as git finds it: `GIT_SSH_COMMAND`, `core.sshCommand`, `GIT_SSH`, or `ssh` in
/// PATH, told apart by `GIT_SSH_VARIANT`, `ssh.variant` or its name. It asks on the terminal what it has to
/// ask, where somebody can be asked, or asks the program of `SSH_ASKPASS` where `SSH_ASKPASS_REQUIRE` says
/// so; otherwise it is told not to. \throws Error (ssh_failed) if there is none
[[nodiscard]] ServiceProgram ssh_service(const FetchOptions& options, const Host& host);

/// What the user's ssh is called.
struct SshName {
  std::string command;   ///< a path, or text for a shell
  std::string named_by;  ///< the variable or setting; empty: it is in PATH
};
/// \throws Error (ssh_failed) if there is none
[[nodiscard]] SshName ssh_name(const UserSettings& settings, const Host& host);

/// The server as somebody types it after `ssh`.
[[nodiscard]] std::string ssh_destination(const UpstreamUrl::Ssh& to);

}  // namespace ddx::git
