#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "auth/credential_program.hpp"
#include "auth/source.hpp"
#include "ddx/host.hpp"
#include "git/user_settings.hpp"

namespace ddx::auth {

/// The credential helpers that the user's git is set up with: through `git credential` where there is a git
/// program, otherwise called here by git's rules. What the server took is given to them to keep, unless one
/// of them would keep it in plain text. \param settings  those of `folder`, where git runs
[[nodiscard]] std::unique_ptr<Source> make_git_source(const std::filesystem::path& folder,
                                                      std::shared_ptr<const git::UserSettings> settings,
                                                      Host& host, const ProgramLimits& limits = {});

/// Whether this value of `credential.helper` means git's `store`, which writes passwords as they are.
[[nodiscard]] bool keeps_plain_text(const std::string& helper);

}  // namespace ddx::auth
