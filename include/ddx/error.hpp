#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ddx {

/// Every failure that ddx reports, by its stable public number (`DDX-2003`).
///
/// The thousands decide the exit code: 1xxx → 10 (integrity), 2xxx → 2 (usage), 3xxx → 3 (the user
/// must act), 4xxx → 4 (authentication), 5xxx → 5 (network), 6xxx → 6 (refused), 7xxx → 7 (busy),
/// 8xxx → 8 (local trouble), 9xxx → 9 (recovery), 0001 → 70 (a bug). Each is explained in docs/errors.md.
/// Numbers are never reused.
enum class ErrorCode : int {
  internal = 1,

  lock_damaged = 1001,       ///< `.ddx.lock` cannot be read as what ddx wrote
  lock_conflicted = 1002,    ///< `.ddx.lock` holds the conflict markers of a merge
  snapshot_damaged = 1003,   ///< an object of a snapshot is missing or does not match its id
  state_damaged = 1004,      ///< ddx's own files in the git directory do not check out
  repository_damaged = 1005, ///< git's own data cannot be read

  usage = 2001,
  not_a_repository = 2002,
  no_config = 2003,
  config_invalid = 2004,
  lock_too_new = 2005,
  unsupported_repository = 2006,
  url_refused = 2007,
  already_initialised = 2008,
  path_unknown = 2009,
  path_ambiguous = 2010,
  no_identity = 2011,
  nothing_open = 2012,
  no_such_target = 2013,
  not_initialised = 2014,

  operation_open = 3001,    ///< a pull with conflicts waits for `--continue` or `--abort`
  unresolved = 3002,        ///< `--continue` found conflicts that nobody decided
  commit_conflict = 3003,   ///< `--commit` would have to commit a conflict
  confirmation_needed = 3004,
  verify_failed = 3005,

  auth_failed = 4001,
  auth_required = 4002,

  network = 5001,
  network_timeout = 5002,
  server_error = 5003,
  tls = 5004,
  not_git = 5005,
  never_fetched = 5006,

  ref_not_found = 6001,
  upstream_empty = 6002,
  upstream_unsafe = 6003,
  upstream_too_big = 6004,
  upstream_not_found = 6005,
  upstream_rewritten = 6006,
  upstream_damaged = 6007,
  subtree_not_found = 6008,
  redirected = 6009,

  busy = 7001,            ///< another ddx holds the writer lock
  raced = 7002,           ///< a file changed under us
  git_busy = 7003,        ///< git holds index.lock, or a merge or rebase is in progress

  disk_full = 8001,
  permission = 8002,
  read_only = 8003,
  io = 8004,
  not_a_folder = 8005,
  cross_device = 8006,

  recovery_failed = 9001,
  recovery_too_new = 9002,
  interrupted_operation_elsewhere = 9003,
};

/// What is on disk after a failure. The CLI prints it as the second line of every error.
enum class Aftermath {
  nothing_changed,  ///< no file of the user, no ref and no index was touched
  put_back,         ///< something had been changed, and was put back
  pending,          ///< the next changing command finishes or undoes the operation
  unknown_to_us,    ///< a bug, or damage found: we do not claim anything
};

/// What the user can do next. The CLI owns the wording; `subject` is quoted in it (may be empty).
enum class Recovery {
  see_help,             ///< subject: the command
  git_init,             ///< `ddx init --git-init`
  run_init,             ///< `ddx init URL`
  name_the_url,         ///< subject: the line to type
  fix_config,           ///< subject: FILE or FILE:LINE:COLUMN
  did_you_mean,         ///< subject: the suggestion
  restore_lock,         ///< subject: the lock's path
  repair_lock,          ///< `ddx init --repair`
  upgrade_ddx,
  reconfigure,
  check_url,            ///< subject: the URL
  check_ref,            ///< subject: what exists, or empty
  check_network,        ///< subject: the host
  log_in,               ///< subject: the host
  retry,
  use_offline,
  resolve_conflicts,    ///< subject: empty, or the first path
  continue_pull,
  abort_pull,
  choose_side,          ///< subject: the path
  confirm_with_yes,
  accept_rewritten,
  commit_without,       ///< run it again without `--commit`
  set_identity,
  wait_for_other_ddx,   ///< subject: who holds the lock
  finish_git_operation, ///< subject: merge, rebase, …
  free_space,
  check_permissions,    ///< subject: the path
  raise_limit,          ///< subject: the config key
  tell_upstream,        ///< the upstream's owner has to mend it
  list_targets,         ///< `ddx rollback --list`
  roll_back,
  initialise_again,
  run_doctor,
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

  /// The same failure, after something had been changed. Used by who knows what is on disk.
  [[nodiscard]] Error with(Aftermath aftermath) const;

 private:
  ErrorCode code_;
  Aftermath aftermath_;
  std::vector<NextStep> steps_;
};

/// Thrown when the user interrupted (Ctrl-C, SIGTERM, SIGHUP) before anything was changed.
class Interrupted : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }
};

/// The public name of a code, e.g. `DDX-2003`.
[[nodiscard]] std::string code_name(ErrorCode code);

/// The process's exit code for it, as docs/cli.md fixes them.
[[nodiscard]] int exit_code(ErrorCode code) noexcept;

}  // namespace ddx
