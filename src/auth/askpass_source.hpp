#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "auth/credential_program.hpp"
#include "auth/source.hpp"
#include "ddx/host.hpp"
#include "git/user_settings.hpp"

namespace ddx::auth {

/// The program that git asks for user names and passwords: `GIT_ASKPASS`, `core.askPass` or `SSH_ASKPASS`, of
/// which the first that is set counts, an empty one as none. Empty: there is none.
[[nodiscard]] std::string askpass_program(const git::UserSettings& settings, const Host& host);

/// Asks it, with git's own questions. Unlike a terminal it may be there where no person is.
/// \param folder  where a program's relative path begins \param program  empty: none
[[nodiscard]] std::unique_ptr<Source> make_askpass_source(const std::filesystem::path& folder,
                                                          const std::string& program,
                                                          const std::string& username, Host& host,
                                                          const ProgramLimits& limits = {});

}  // namespace ddx::auth
