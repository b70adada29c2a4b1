#pragma once

#include <string>

namespace ddx {

/// Every failure that ddx reports, by its stable public number (`DDX-2003`).
///
/// The thousands decide the exit code: 1xxx → 10 (integrity), 2xxx → 2 (usage), 3xxx → 3 (the user
/// must act), 4xxx → 4 (authentication), 5xxx → 5 (network), 6xxx → 6 (refused), 7xxx → 7 (busy),
/// 8xxx → 8 (local trouble), 9xxx → 9 (recovery), 0001 → 70 (a bug). Each is explained in docs/errors.md.
/// Numbers are never reused.
enum class ErrorCode : int {
  internal = 1,

  lock_damaged = 1001,        ///< `.ddx.lock` cannot be read as what ddx wrote
  lock_conflicted = 1002,     ///< `.ddx.lock` holds the conflict markers of a merge
  snapshot_damaged = 1003,    ///< an object of a snapshot is missing or does not match its id
  state_damaged = 1004,       ///< ddx's own files in the git directory do not check out
  repository_damaged = 1005,  ///< git's own data cannot be read
  audit_damaged = 1006,       ///< the audit log is not as ddx wrote it, or lacks an operation

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
  signing_failed = 2015,  ///< of a contribution's commit, by the user's own programs

  operation_open = 3001,   ///< a pull with conflicts waits for `--continue` or `--abort`
  unresolved = 3002,       ///< `--continue` found conflicts that nobody decided
  commit_conflict = 3003,  ///< `--commit` would have to commit a conflict
  confirmation_needed = 3004,
  verify_failed = 3005,

  auth_failed = 4001,
  auth_required = 4002,
  no_credential_store = 4003,  ///< nothing on this machine keeps a secret encrypted
  vault_locked = 4004,         ///< its passphrase is wrong, or nobody can be asked for it
  vault_damaged = 4005,
  login_ended = 4006,             ///< the login in the browser was refused, or took too long
  keychain_locked = 4007,         ///< it answers nothing until it is unlocked
  platform_login_refused = 4101,  ///< by the interface of a hosting platform, whatever git is told
  platform_denied = 4102,         ///< the repository is not there, or not for this login
  scope_missing = 4103,
  sso_required = 4104,  ///< an organization has to agree to the token

  network = 5001,
  network_timeout = 5002,
  server_error = 5003,
  tls = 5004,
  not_git = 5005,
  never_fetched = 5006,
  host_key = 5007,    ///< ssh does not know the server's key, or knows another one
  ssh_failed = 5008,  ///< the ssh program cannot be used, or no git answers behind it
  rate_limited = 5101,
  platform_trouble = 5102,  ///< its interface fails, or something else answers

  ref_not_found = 6001,
  upstream_empty = 6002,
  upstream_unsafe = 6003,
  upstream_too_big = 6004,
  upstream_not_found = 6005,
  upstream_rewritten = 6006,
  upstream_damaged = 6007,
  subtree_not_found = 6008,
  redirected = 6009,
  bundle_refused = 6010,   ///< a file of snapshots that is not safe to import
  push_refused = 6011,     ///< the server did not take a branch
  other_upstream = 6012,   ///< the configuration follows another upstream than was pulled last
  request_refused = 6101,  ///< a hosting platform does not do what it was asked to
  nothing_to_merge = 6102,
  repository_archived = 6103,
  quota_exceeded = 6104,
  fork_failed = 6105,

  busy = 7001,          ///< another ddx holds the writer lock
  raced = 7002,         ///< a file changed under us
  git_busy = 7003,      ///< git holds index.lock, or a merge or rebase is in progress
  branch_moved = 7004,  ///< a contribution's branch is not as this clone left it

  disk_full = 8001,
  permission = 8002,
  read_only = 8003,
  io = 8004,
  not_a_folder = 8005,
  cross_device = 8006,
  locking_unsupported = 8007,  ///< the file system of the git directory has no locks

  recovery_failed = 9001,
  recovery_too_new = 9002,
  interrupted_operation_elsewhere = 9003,
};

/// The public name of a code, e.g. `DDX-2003`.
[[nodiscard]] std::string code_name(ErrorCode code);

/// The process's exit code for it, as docs/cli.md fixes them.
[[nodiscard]] int exit_code(ErrorCode code) noexcept;

}  // namespace ddx
