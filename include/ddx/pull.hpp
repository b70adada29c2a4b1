#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/host.hpp"
#include "ddx/names.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

enum class DryRun { no, yes };
enum class Network { online, offline };

/// `--mine`, `--theirs`, `--union`, each for all paths or for those that match a glob.
struct SideRule {
  std::string glob;  ///< gitignore syntax; empty means every path
  Side side = Side::markers;
};

struct PullRequest {
  std::vector<std::string> paths;  ///< as typed; empty means everything
  std::optional<std::string> to;   ///< `--to REF`: a branch, tag or commit instead of the configured one
  std::vector<SideRule> sides;     ///< earlier rules win; config's own rules come after these
  bool whole_file = false;         ///< sides take the whole file, not just the conflicting hunks
  std::optional<bool> commit;      ///< `--commit`/`--no-commit`; otherwise `sync.commit` of the config
  std::string message;             ///< of the commit; empty: made from what changed
  DryRun dry_run = DryRun::no;
  Network network = Network::online;
  bool accept_rewritten = false;
  bool assume_yes = false;  ///< `--yes`: confirms a mass deletion
};

/// A point of the upstream's history. `date` is the committer's, absent while nothing is known.
struct UpstreamPoint {
  Oid commit;
  std::string version;  ///< the tag, or `<branch>@<short id>`
  std::optional<std::chrono::sys_seconds> date;
};

struct UpstreamCommit {
  Oid id;
  std::string author, email, subject;
  std::chrono::sys_seconds date;
};

/// A contribution from this clone that upstream has by now: merged, squashed, or edited in review.
struct LandedContribution {
  std::string change_id, title, branch;
  std::string url;  ///< of its request; may be empty
};

enum class PullResult { up_to_date, planned, updated, conflicts };
[[nodiscard]] std::string_view to_string(PullResult result);

/// What was observed after acting; for a dry run, what would be done.
struct PullReport {
  PullResult result = PullResult::up_to_date;
  std::optional<UpstreamPoint> from;  ///< none before the first pull
  UpstreamPoint to;
  std::vector<Change> changes;
  std::vector<Conflict> conflicts;      ///< those left open; settled ones are in `decisions`
  std::vector<std::string> decisions;   ///< "kept yours in 'a.md' (1 hunk, --mine)"
  std::vector<UpstreamCommit> commits;  ///< newest first
  std::vector<LandedContribution> landed;
  bool commits_complete = true;     ///< false where the history at hand ends before `from`
  std::string snapshot;             ///< id; empty when nothing was changed
  std::string operation;            ///< id; empty when nothing was changed
  std::optional<Oid> commit;        ///< the project's commit, with `--commit`
  bool needs_confirmation = false;  ///< of a dry run: the real one would ask first (mass deletion), or exit 3
  std::vector<std::string> submodules;  ///< upstream paths that are submodules and were skipped
  std::vector<std::string> warnings;
};

/// Brings the upstream's changes in, three-way, file by file. Takes the writer lock, recovers first what a
/// crash left, and executes the plan as one operation: afterwards either all of it is done or nothing.
/// A dry run makes the same plan and stops; it changes nothing but the fetched objects.
/// \throws Error; Interrupted. Unless its aftermath says otherwise, nothing was changed.
PullReport pull(const Workspace& workspace, const PullRequest& request, Host& host);

struct ContinueRequest {
  std::vector<SideRule> sides;  ///< decides conflicts that have no markers (and those that still have)
};

/// Ends an open pull: checks that every conflict is decided, and moves the bases of those files.
/// \throws Error (nothing_open, unresolved)
PullReport continue_pull(const Workspace& workspace, const ContinueRequest& request, Host& host);

struct AbortReport {
  std::vector<RelPath> restored;
  std::string snapshot;  ///< holds every edit made since the pull
  std::string operation;
  std::vector<RelPath> edited_since;  ///< those whose later edits are only in the snapshot now
  bool still_committed = false;       ///< HEAD holds what the pull committed, which git alone takes back
};

/// Restores the state before the open pull, byte for byte. \throws Error (nothing_open)
AbortReport abort_pull(const Workspace& workspace, Host& host);

}  // namespace ddx
