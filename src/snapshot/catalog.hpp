#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ddx/snapshot.hpp"
#include "ddx/workspace.hpp"
#include "git/objects.hpp"
#include "git/project_repository.hpp"

namespace ddx {

/// One snapshot that a ref names. A damaged one keeps its place.
struct CatalogEntry {
  std::string id;  ///< a ULID
  std::optional<Oid> commit;
  SnapshotInfo info;
};

/// All snapshots of this project in this work tree, oldest first.
[[nodiscard]] std::vector<CatalogEntry> read_catalog(const Workspace& workspace,
                                                     const git::ProjectRepository& repository,
                                                     const git::Objects& objects);

/// By id, by a beginning that only one id has, or by name.
/// \throws Error (no_such_target) that lists the candidates
[[nodiscard]] const CatalogEntry& find_snapshot(const std::vector<CatalogEntry>& catalog,
                                                const std::string& text);
/// All that `text` may mean.
[[nodiscard]] std::vector<const CatalogEntry*> matching_snapshots(const std::vector<CatalogEntry>& catalog,
                                                                  const std::string& text);

}  // namespace ddx
