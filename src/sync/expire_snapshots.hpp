#pragma once

#include <string>
#include <vector>

#include "snapshot/catalog.hpp"
#include "sync/project.hpp"

namespace ddx {

/// The snapshots that the configuration's `backup` lets go, oldest first. None while one cannot be read.
[[nodiscard]] std::vector<std::string> snapshots_to_expire(const Project& project,
                                                           const std::vector<CatalogEntry>& catalog);

/// Removes these, oldest first, with the records of all operations up to the last of them: a record never
/// goes before an older one, so that no operation looks as if it stood because the rollback that undid it is
/// gone. A snapshot that stays because of its name loses the record of its operation.
void remove_expired(Project& project, const std::vector<std::string>& ids);

/// What every operation does at its end: a few at a time, and no failure of it is one of the operation.
void expire_snapshots(Project& project);

/// Ids (`snap-…`) of snapshots that an open pull or an interrupted operation needs.
[[nodiscard]] std::set<std::string> needed_snapshots(const Workspace& workspace, Host& host);

}  // namespace ddx
