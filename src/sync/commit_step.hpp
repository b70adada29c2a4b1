#pragma once

#include <functional>
#include <string>

#include "merge/plan.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// What `--commit` needs from the verb: HEAD, index and disk are merged apart, each against its own lock.
struct CommitInputs {
  /// For the lock and the files that HEAD or the index holds.
  std::function<std::vector<Row>(const Lock& lock, Ours& ours)> rows;
  std::function<Lock(const std::optional<Lock>& lock, const std::vector<FilePlan>& plans)> advance;
  std::function<std::string(const Version&)> base_bytes;
  std::string config;   ///< bytes of `.ddx.yml` as they will be on disk; committed where HEAD has none
  std::string message;
};

/// Adds the index edits and the commit to a draft. Collects the new blobs in `pack`.
/// \throws Error (commit_conflict) if HEAD or the index conflicts; Error (no_identity, git_busy) before anything is done
void add_commit(Project& project, const git::Objects& objects, git::PackWriter& pack, const MergeSettings& settings,
                const CommitInputs& inputs, OperationDraft& draft);

}  // namespace ddx
