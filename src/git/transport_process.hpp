#pragma once

#include <git2.h>
#include <git2/sys/transport.h>

#include <filesystem>

#include "git/fetch_call.hpp"

namespace ddx::git {

/// The folder that git calls the repository at `path`: itself, or the `.git` in it.
/// \throws Error (upstream_not_found) if there is nothing of that name
[[nodiscard]] std::filesystem::path find_local_repository(const std::filesystem::path& path);

/// A smart subtransport that talks to `git upload-pack` for an upstream on this machine, so that shallow
/// fetches work there too. `call` must outlive every transport made with the definition.
/// \returns nothing if there is no `git` program in PATH
[[nodiscard]] std::optional<git_smart_subtransport_definition> process_subtransport(FetchCall& call);

}  // namespace ddx::git
