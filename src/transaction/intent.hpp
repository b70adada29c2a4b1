#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log.hpp"
#include "git/repository.hpp"
#include "transaction/record.hpp"

namespace ddx {

/// A branch (or a detached HEAD) that moves with the operation.
struct RefMove {
  std::string name;
  std::optional<Oid> from;
  Oid to;
};

/// The journal: everything that finishing or undoing an operation needs, written once, before the first
/// effect. Its presence with a valid checksum says that all staged content is durable.
struct Intent {
  OperationRecord record;
  std::string project, worktree;       ///< whose refs these are
  std::string worktree_root, machine;  ///< a copy on another machine or in another place is not acted on
  std::uint64_t root_device = 0, root_inode = 0;  ///< of the folder `worktree_root`
  std::vector<std::string> folders;               ///< made by the operation, relative to the project's root
  std::vector<git::IndexEdit> index;
  std::optional<RefMove> ref;
  /// Folders of the work tree that hold a staging area beside the operation's own, and by effect where it is
  /// staged: 0 for the own one, N for the N-th of these. Effects at the end may be missing; theirs is 0.
  std::vector<std::string> areas;
  std::vector<std::size_t> staged_in;
  audit::Staged audit;
};

[[nodiscard]] std::string encode_intent(const Intent& intent);

/// \returns nothing if it is torn or damaged: then barrier 2 never passed and nothing was applied
/// \throws Error (recovery_too_new)
[[nodiscard]] std::optional<Intent> decode_intent(std::string_view bytes);

}  // namespace ddx
