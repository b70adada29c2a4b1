#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ddx/error_code.hpp"

namespace ddx {

/// What is on disk after a failure. The CLI prints it as the second line of every error.
enum class Aftermath {
  nothing_changed,  ///< no file of the user, no ref and no index was touched
  put_back,         ///< something had been changed, and was put back
  branch_pushed,    ///< upstream, or the fork, has the contribution's branch; nothing was changed here
  pending,          ///< the next changing command finishes or undoes the operation
  unknown_to_us,    ///< a bug, or damage found: we do not claim anything
};

/// What the user can do next. The CLI owns the wording; `subject` is quoted in it (may be empty).
enum class Recovery {
  see_help,      ///< subject: the command
  git_init,      ///< `ddx init --git-init`
  run_init,      ///< `ddx init URL`
  name_the_url,  ///< subject: the line to type
  fix_config,    ///< subject: FILE or FILE:LINE:COLUMN
  did_you_mean,  ///< subject: the suggestion
  restore_lock,  ///< subject: the lock's path
  repair_lock,   ///< `ddx init --repair`
  upgrade_ddx,
  reconfigure,
  check_url,            ///< subject: the URL
  check_ref,            ///< subject: what exists, or empty
  check_network,        ///< subject: the host
  check_proxy,          ///< subject: the proxy
  log_in_at_proxy,      ///< subject: the proxy
  pass_by_proxy,        ///< subject: the host that is to be reached without
  trust_authority,      ///< subject: git's setting for it; empty: `http.sslCAInfo`
  allow_insecure_http,  ///< `--insecure-http`
  check_host_key,       ///< subject: the host
  forget_host_key,      ///< subject: the host as ssh's list of known ones has it
  check_ssh_key,        ///< subject: the host
  check_ssh_program,    ///< subject: the setting that names it
  try_ssh,              ///< subject: the host
  log_in,               ///< subject: the host
  set_token,            ///< subject: the variable to set
  replace_token,        ///< subject: the variable whose token is refused
  make_token,           ///< subject: the platform's page for it, or empty
  widen_token,          ///< subject: the scopes that it lacks
  authorize_token,      ///< subject: the page where an organization agrees to it
  name_account,         ///< subject: the server's URL
  use_vault,            ///< `ddx auth login --vault`
  unlock_keychain,
  give_passphrase,  ///< `DDX_VAULT_PASSPHRASE_FD`
  remove_vault,     ///< subject: its file
  retry,
  wait_until,  ///< subject: a time
  use_offline,
  go_online,          ///< once, without `--offline`
  resolve_conflicts,  ///< subject: empty, or the first path
  continue_pull,
  abort_pull,
  choose_side,     ///< subject: the path
  list_conflicts,  ///< `ddx resolve --list`
  choose_tool,     ///< a merge tool; subject: the one that cannot be used, or empty
  confirm_with_yes,
  accept_rewritten,
  commit_without,  ///< run it again without `--commit`
  set_identity,
  wait_for_other_ddx,    ///< subject: who holds the lock
  assume_single_writer,  ///< `--assume-single-writer`
  go_where_it_began,     ///< subject: the folder, and the machine
  finish_git_operation,  ///< subject: merge, rebase, …
  free_space,
  check_permissions,  ///< subject: the path
  trust_owner,        ///< git's `safe.directory`; subject: the path
  raise_limit,        ///< subject: the config key
  tell_upstream,      ///< the upstream's owner has to mend it
  list_targets,       ///< `ddx rollback --list`
  use_target,         ///< subject: snapshots that are whole
  drop_snapshot,      ///< subject: the damaged one
  list_snapshots,     ///< `ddx snapshot list`
  overwrite,          ///< subject: the file that `--force` would replace
  roll_back,
  initialise_again,
  run_doctor,
  mend,                 ///< `ddx doctor --fix`; subject: what it sets aside, or empty: all that is pending
  adopt_operation,      ///< subject: its id
  set_operation_aside,  ///< subject: its id
  remove_git_lock,      ///< subject: the lock's path
  pull_first,           ///< `ddx pull`
  choose_branch,        ///< `ddx push --branch`; subject: the one that cannot be used
  allow_fork,           ///< `ddx push --fork auto`
  mend_signing,         ///< git's settings `commit.gpgSign`, `user.signingKey`, `gpg.*`
  list_contributions,   ///< `ddx push --status`
  forget_contribution,  ///< `ddx push --forget`; subject: its branch
  report_bug,
};

struct NextStep {
  Recovery action;
  std::string subject = {};
};

/// A failure: what failed and why (one line, lower case, no full stop, subject in single quotes),
/// what is on disk now, and what to do. Nobody reads the text to decide anything.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, std::vector<NextStep> steps = {},
        Aftermath aftermath = Aftermath::nothing_changed)
      : std::runtime_error(message), code_(code), aftermath_(aftermath), steps_(std::move(steps)) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] Aftermath aftermath() const noexcept { return aftermath_; }
  [[nodiscard]] const std::vector<NextStep>& steps() const noexcept { return steps_; }
  /// What else a person may want to know, a line each; the message is whole without them.
  [[nodiscard]] const std::vector<std::string>& details() const noexcept { return details_; }

  /// The same failure, after something had been changed. Used by who knows what is on disk.
  [[nodiscard]] Error with(Aftermath aftermath) const;
  [[nodiscard]] Error with_details(std::vector<std::string> details) const;
  /// With one more thing that can be done, after the others.
  [[nodiscard]] Error with_step(NextStep step) const;

 private:
  ErrorCode code_;
  Aftermath aftermath_;
  std::vector<NextStep> steps_;
  std::vector<std::string> details_;
};

/// Thrown when the user interrupted (Ctrl-C, SIGTERM, SIGHUP) before anything was changed.
class Interrupted : public std::exception {
 public:
  Interrupted() = default;
  /// \param kept  what was done before and stays, for people; empty: nothing was changed
  explicit Interrupted(std::string kept) : kept_(std::move(kept)) {}
  [[nodiscard]] const std::string& kept() const noexcept { return kept_; }
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }

 private:
  std::string kept_;
};

}  // namespace ddx
