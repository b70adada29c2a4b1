#pragma once

#include <memory>

#include "auth/source.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// Asks the person at the terminal, and again after a refusal, unless GIT_TERMINAL_PROMPT forbids it as it
/// forbids it to git. What they type is kept for this command only.
/// \param username  as git's settings have it; empty: it is asked for too
[[nodiscard]] std::unique_ptr<Source> make_prompt_source(const std::string& username, Host& host);

}  // namespace ddx::auth
