#pragma once

#include "ddx/host.hpp"
#include "git/upstream_repository.hpp"

namespace ddx::git {

/// Begins a conversation with an upstream over ssh or on this machine, has its refs listed, and ends it.
/// Nothing of the list is looked at but the lengths of its packets.
/// \throws Error (as a fetch, for what keeps it from being read); Interrupted
void list_refs(const FetchOptions& options, Host& host);

}  // namespace ddx::git
