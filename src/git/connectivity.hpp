#pragma once

#include <git2.h>

#include "ddx/host.hpp"
#include "ddx/oid.hpp"
#include "git/objects.hpp"

namespace ddx::git {

enum class Trust { what_refs_reach, nothing };

/// Checks that everything `tip` needs is here: its history down to where it is trusted or where a shallow
/// fetch cut it, and all folders and files of the commits in between.
/// \throws Error (upstream_damaged) naming what is missing; Interrupted
void check_connected(git_repository* repository, const Objects& objects, const Oid& tip, Trust trust,
                     Host& host);

}  // namespace ddx::git
