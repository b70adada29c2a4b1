#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/config.hpp"
#include "ddx/contribution_check.hpp"
#include "ddx/diff.hpp"
#include "ddx/error.hpp"
#include "ddx/host.hpp"
#include "ddx/offered_file.hpp"
#include "ddx/pull.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

struct PushReport;

struct PushRequest {
  std::vector<std::string> paths;  ///< as typed; empty means every customization
  std::string message;             ///< of the commit, subject first; empty: made from what changed
  std::string title, body;         ///< of the pull request; empty: those of the message
  std::string branch;              ///< `--branch`; empty: the one of the contribution that this goes on, else
                                   ///< made from `contribute.branch`
  std::string target;              ///< `--target`; empty: the branch that is followed, else the default one
  std::vector<std::string> allow;  ///< `RULE:PATH`: findings of the checks that may pass
  std::optional<Contribute::Fork> fork;  ///< otherwise `contribute.fork`
  std::optional<bool> signoff;           ///< otherwise `contribute.signoff`
  bool draft = false;                    ///< of the pull request
  bool open_request = true;              ///< no: the branch alone
  bool keep_history = false;             ///< the project's own commits, instead of one for everything
  bool as_patch = false;                 ///< nothing is sent: the report holds a mailbox for `git am`
  DryRun dry_run = DryRun::no;
  Network network = Network::online;  ///< offline only `as_patch` works
  /// Asked what of each file is sent, one answer a file; unset: everything. Not with `keep_history`.
  std::function<std::vector<ChosenPart>(const std::vector<OfferedFile>&)> choose = {};
  /// Asked once the plan is known and before anything leaves the machine; unset: goes on.
  std::function<bool(const PushReport&)> confirm = {};
};

struct OutgoingCommit {
  Oid id;
  std::string author, email, subject, message;
  std::chrono::sys_seconds date;
};

/// A pull request, merge request. Texts come from a server.
struct RequestState {
  std::string platform;     ///< `github`, `gitlab`, `bitbucket`, `bitbucket-server`, `gitea`
  std::int64_t number = 0;  ///< 0: not known, there is only a link
  std::string url;          ///< of its page; of the page that opens one where `number` is 0
  std::string state;        ///< `open`, `merged`, `closed`, `planned`, `none`
  bool draft = false;
  bool created = false;  ///< by this push
  std::string title;
};

enum class PushResult {
  nothing,        ///< no customization, or upstream has them all
  planned,        ///< a dry run
  declined,       ///< `confirm` said no
  conflicts,      ///< upstream changed the same lines: pull first
  checks_failed,  ///< `checks` has findings that stop it; nothing was sent
  pushed,         ///< the branch holds the contribution now
  unchanged,      ///< it held it already
  patch,          ///< `as_patch`
};
[[nodiscard]] std::string_view to_string(PushResult result);

/// What was observed after acting; for a dry run, what would be done.
struct PushReport {
  PushResult result = PushResult::nothing;
  std::string url;       ///< of the repository that gets the branch
  bool is_fork = false;  ///< and it is a fork of the upstream
  std::string branch;    ///< as a branch name
  std::string target;    ///< the branch it is meant for
  UpstreamPoint base;    ///< the target branch's newest commit
  std::string change_id;
  bool updates = false;  ///< an earlier contribution, which is replaced
  std::vector<OutgoingChange> changes;
  std::vector<OutgoingCommit> commits;  ///< oldest first
  std::vector<DiffFile> diff;
  std::vector<Conflict> conflicts;
  CheckReport checks;
  std::vector<RelPath> already_there;   ///< customizations that upstream has by now, in the local tree
  std::optional<RequestState> request;  ///< none: no platform that ddx knows, or not wanted
  std::string title, body;              ///< of the request
  std::string said;                     ///< what the server printed; not to be trusted
  std::string mailbox;                  ///< with `as_patch`
  std::string contributing;             ///< upstream's own page for contributors, by its path; empty: none
  std::string notes;                    ///< what upstream's rules tell contributors; harmless for a terminal
  std::vector<std::string> warnings;
};

/// Sends customizations, uncommitted ones included, to a branch of the upstream or of the user's fork of it:
/// one commit on the newest commit of the target branch, or one for each of the project's own that made them,
/// with what upstream changed meanwhile merged in. At a
/// hosting platform that ddx knows it opens a pull request, or updates the one of the contribution that this
/// goes on. A branch is replaced only if it is as this clone left it. No file of the user is changed; the
/// lock notes what was offered.
/// \throws Error (operation_open; no_identity; branch_moved, when the branch is not where it was left;
/// push_refused with the server's words; network*, auth_*, platform_*…); Interrupted
PushReport push(const Workspace& workspace, const PushRequest& request, Host& host);

/// One contribution of this clone, and what became of it.
struct ContributionState {
  std::string change_id, title, branch, target, url;
  std::chrono::sys_seconds date;  ///< of the last push
  std::string state;              ///< `sending`, `open`, `merged`, `landed`, `closed`
  std::optional<RequestState> request;
  std::string checks;                 ///< `none`, `pending`, `passed`, `failed`, `unknown`
  std::string review;                 ///< `none`, `pending`, `approved`, `changes-requested`, `unknown`
  std::vector<RelPath> files;         ///< at the upstream
  std::optional<Error> problem = {};  ///< why the platform could not be asked
};

struct ContributionsRequest {
  std::string
      id;  ///< change id, its beginning, a branch or a request's number; empty: those that are not over
  Network network = Network::online;
};

/// \throws Error (no_such_target) when nothing goes by that id
std::vector<ContributionState> contributions(const Workspace& workspace, const ContributionsRequest& request,
                                             Host& host);

/// Takes a contribution for over: the next push of its files makes a new one. Its branch and its request stay
/// as they are. \param id  as in `ContributionsRequest`
/// \throws Error (no_such_target, confirmation_needed) when it is not exactly one that is open
ContributionState forget_contribution(const Workspace& workspace, const std::string& id, Host& host);

}  // namespace ddx
