#pragma once

#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/repository.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

/// Edits git's index under git's own lock, logically: entry by entry on top of what the index is at that
/// moment, so that whatever the user staged meanwhile stays. The lock file is a hard link to a file in the
/// operation's folder: that is how recovery knows it for ours. Where there are no hard links, it begins with
/// a token that names the operation, and never holds the index. A foreign lock is never removed.
class IndexStep {
 public:
  IndexStep(const Workspace& workspace, Host& host, git::Repository& repository, OperationFolder& operation)
      : workspace_(workspace), host_(host), repository_(repository), operation_(operation) {}

  /// Builds the edited index and takes `index.lock`. \throws Error (git_busy) after `host.patience`;
  /// Interrupted
  void lock(const std::vector<git::IndexEdit>& edits);
  /// Puts the edited index in place: one rename, after which the operation can only go forward.
  /// \returns the paths that were left as somebody staged them
  std::vector<std::string> publish();
  /// Makes that durable and gives the lock back where that is a step of its own.
  void settle();
  /// Removes `index.lock` if it is ours.
  void release();

 private:
  [[nodiscard]] std::string build(const std::vector<git::IndexEdit>& edits);
  [[nodiscard]] bool take_lock(const Directory& git_dir);
  void make_lock(const Directory& git_dir);
  void make_token_lock(const Directory& git_dir);
  [[nodiscard]] std::string token() const { return "ddx " + operation_.id() + "\n"; }
  [[nodiscard]] std::string free_name(const std::string& stem);
  [[nodiscard]] bool is_ours(const Directory& git_dir, const FileInfo& lock);

  const Workspace& workspace_;
  Host& host_;
  git::Repository& repository_;
  OperationFolder& operation_;
  std::string staged_;
  bool by_token_ = false;
  std::vector<std::string> left_;
};

}  // namespace ddx
