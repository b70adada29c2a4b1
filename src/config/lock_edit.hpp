#pragma once

#include "config/lock_file.hpp"

namespace ddx {

/// The upstream commit that a file's base comes from.
[[nodiscard]] Oid base_commit(const Lock& lock, const LockEntry& entry);

/// Sets a file's base; the commit is written out only where it differs from the header's.
void set_base(Lock& lock, const RelPath& path, const Version& base, const Oid& commit);

/// Gives `path` in `lock` the base that it has in `from`, or none.
void restore_entry(Lock& lock, const Lock& from, const RelPath& path);

}  // namespace ddx
