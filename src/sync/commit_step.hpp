#pragma once

#include <functional>
#include <string>

#include "git/pack_writer.hpp"
#include "merge/plan.hpp"
#include "sync/project.hpp"
#include "transaction/operation.hpp"

namespace ddx {

/// What `--commit` needs from the verb: HEAD, index and disk are merged apart, each against its own lock.
struct CommitInputs {
  /// For the lock and the files that HEAD or the index holds.
  std::function<std::vector<Row>(const Lock& lock, Ours& ours)> rows;
  /// None: there is no lock any more.
  std::function<std::optional<Lock>(const std::optional<Lock>& lock, const std::vector<FilePlan>& plans)>
      advance;
  std::function<std::string(const Version&)> base_bytes;
  /// Bytes of `.ddx.yml` on disk. What they will be is committed where HEAD has what they are, or none: the
  /// user's own uncommitted edits stay that.
  std::optional<std::string> config_before, config_after;
  std::string message;
};

/// Adds the index edits and the commit to a draft. Collects the new blobs in `pack`.
/// \throws Error (commit_conflict) if HEAD or the index conflicts; Error (no_identity, git_busy) before
/// anything is done
void add_commit(Project& project, const git::Objects& objects, git::PackWriter& pack,
                const MergeSettings& settings, const CommitInputs& inputs, OperationDraft& draft);

}  // namespace ddx
