#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/diff.hpp"
#include "ddx/host.hpp"
#include "ddx/pull.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

struct PushReport;

struct PushRequest {
  std::vector<std::string> paths;  ///< as typed; empty means every customization
  std::string message;             ///< of the commit, subject first; empty: made from what changed
  std::string branch;              ///< `--branch`; empty: the one of the contribution that this goes on, else
                                   ///< made from `contribute.branch`
  std::string target;              ///< `--target`; empty: the branch that is followed, else the default one
  std::optional<bool> signoff;     ///< otherwise `contribute.signoff`
  bool as_patch = false;           ///< nothing is sent: the report holds a mailbox for `git am`
  DryRun dry_run = DryRun::no;
  Network network = Network::online;  ///< offline only `as_patch` works
  /// Asked once the plan is known and before anything leaves the machine; unset: goes on.
  std::function<bool(const PushReport&)> confirm = {};
};

/// What is sent of one file, seen from the target branch.
struct OutgoingChange {
  RelPath path;  ///< at the upstream, below `repository.subtree`
  RelPath here;  ///< in the local tree
  ChangeKind kind = ChangeKind::modified;
  bool merged = false;  ///< upstream changed it too: what is sent is both changes
};

struct OutgoingCommit {
  Oid id;
  std::string author, email, subject, message;
  std::chrono::sys_seconds date;
};

enum class PushResult {
  nothing,    ///< no customization, or upstream has them all
  planned,    ///< a dry run
  declined,   ///< `confirm` said no
  conflicts,  ///< upstream changed the same lines: pull first
  pushed,     ///< the branch holds the contribution now
  unchanged,  ///< it held it already
  patch,      ///< `as_patch`
};
[[nodiscard]] std::string_view to_string(PushResult result);

/// What was observed after acting; for a dry run, what would be done.
struct PushReport {
  PushResult result = PushResult::nothing;
  std::string url;     ///< of the repository that gets the branch
  std::string branch;  ///< as a branch name
  std::string target;  ///< the branch it is meant for
  UpstreamPoint base;  ///< the target branch's newest commit
  std::string change_id;
  bool updates = false;  ///< an earlier contribution, which is replaced
  std::vector<OutgoingChange> changes;
  std::vector<OutgoingCommit> commits;  ///< oldest first
  std::vector<DiffFile> diff;
  std::vector<Conflict> conflicts;
  std::vector<RelPath> already_there;  ///< customizations that upstream has by now, in the local tree
  std::string said;                    ///< what the server printed; not to be trusted
  std::string mailbox;                 ///< with `as_patch`
  std::string contributing;            ///< upstream's own page for contributors, by its path; empty: none
  std::vector<std::string> warnings;
};

/// Sends customizations, uncommitted ones included, to a branch of the upstream: one commit on the newest
/// commit of the target branch, with what upstream changed meanwhile merged in. Pushing again replaces the
/// branch of the contribution that it goes on, and only if it is as this clone left it. No file of the user
/// is changed.
/// \throws Error (operation_open; no_identity; push_moved, when the branch is not where it was left;
/// push_refused with the server's words; network*, auth_*…); Interrupted
PushReport push(const Workspace& workspace, const PushRequest& request, Host& host);

}  // namespace ddx
