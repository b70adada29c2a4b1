#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ddx/change.hpp"
#include "ddx/oid.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// What was contributed of a file.
struct Offer {
  Oid sent;  ///< as it went to the upstream
  Oid here;  ///< the same without what upstream had changed since the base: other than `sent` only then
  /// What it was made from. Only this clone's own records have it, for a file that upstream had.
  std::optional<Oid> base = {};
  friend bool operator==(const Offer&, const Offer&) = default;
};

/// The base of one file. `commit` and `upstream_path` are set only where they differ from the header's commit
/// and from the path here. `offered` is what was contributed last, until it has landed.
struct LockEntry {
  Version base;
  std::optional<Oid> commit;
  std::optional<RelPath> upstream_path;
  std::optional<Offer> offered;
  friend bool operator==(const LockEntry&, const LockEntry&) = default;
};

/// `.ddx.lock`: what the local tree was last synced with, path by path. See docs/formats.md.
struct Lock {
  std::string url;  ///< without credentials
  std::string ref;  ///< `describe(Follow)`
  std::string subtree;
  std::string
      selection;  ///< digest of include/exclude: a change of these makes a pull do work again; empty if none
  Oid commit;     ///< null before the first pull (`init --offline`)
  Oid tree;       ///< of `commit` at `subtree`
  std::map<RelPath, Oid> offered;  ///< the blobs sent of files that upstream does not have yet
  std::map<RelPath, LockEntry> files;

  [[nodiscard]] bool pulled() const { return !commit.is_null(); }
  friend bool operator==(const Lock&, const Lock&) = default;
};

/// \param name  for messages
/// \throws Error (lock_conflicted, lock_damaged, lock_too_new) with the line and the way out; never reads a
/// broken lock as empty
[[nodiscard]] Lock parse_lock(std::string_view text, const std::string& name);

/// The same bytes for the same value, always: sorted, three lines an entry, no time stamps, '\n' at the end.
[[nodiscard]] std::string write_lock(const Lock& lock);

}  // namespace ddx
