#pragma once

#include <cstddef>
#include <string>

#include "ddx/oid.hpp"
#include "git/pack_writer.hpp"

namespace ddx::git {

/// A commit with its changes as a mail that `git am` takes: what `git format-patch` writes. The commit may
/// still be only collected. \param number  from 1, of `count`
[[nodiscard]] std::string email_of(const PackWriter& pack, const Oid& commit, std::size_t number,
                                   std::size_t count);

}  // namespace ddx::git
