#pragma once

#include <git2.h>
#include <git2/sys/transport.h>

#include <optional>

#include "git/fetch_call.hpp"

namespace ddx::git {

/// A smart subtransport over our own HTTP, for fetching. A redirect is followed for the first request only,
/// to https (or from this machine to itself), and told to the host. `call` must outlive every transport made
/// with the definition.
/// \throws Error (url_refused) for plain http to another machine that was not allowed
[[nodiscard]] std::optional<git_smart_subtransport_definition> http_subtransport(FetchCall& call);

}  // namespace ddx::git
