#pragma once

#include <git2.h>
#include <git2/sys/transport.h>

#include <optional>

#include "git/fetch_call.hpp"

namespace ddx::git {

/// A smart subtransport that talks to a program: `git upload-pack` for an upstream on this machine, the
/// user's ssh for one that is reached by it. `call` must outlive every transport made with the definition.
/// \returns nothing for a local upstream if there is no `git` program in PATH
[[nodiscard]] std::optional<git_smart_subtransport_definition> process_subtransport(FetchCall& call);

}  // namespace ddx::git
