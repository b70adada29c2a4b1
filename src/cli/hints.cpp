#include <fmt/format.h>

#include "cli/report_error.hpp"
#include "cli/wording.hpp"

namespace ddx::cli {

namespace {

std::string quoted(const std::string& subject, const char* otherwise) {
  return subject.empty() ? otherwise : "'" + subject + "'";
}

std::string with_list(const std::string& advice, const std::string& subject) {
  return subject.empty() ? advice : fmt::format("{}; there is: {}", advice, subject);
}

}  // namespace

std::string hint_for(const NextStep& step) {
  const std::string& subject = step.subject;
  switch (step.action) {  // no default: a new Recovery has to fail to compile here
    case Recovery::see_help:
      return subject.empty() ? "'ddx help' lists the commands"
                             : fmt::format("'ddx help {}' explains it", subject);
    case Recovery::git_init:
      return "run it inside a git repository, or let 'ddx init --git-init' make one";
    case Recovery::run_init:
      return "connect the project to an upstream: ddx init URL";
    case Recovery::name_the_url:
      return subject.empty() ? "name the upstream: ddx init URL" : "type: " + subject;
    case Recovery::fix_config:
      return fmt::format("correct {}", quoted(subject, "'.ddx.yml'"));
    case Recovery::did_you_mean:
      return fmt::format("did you mean '{}'?", subject);
    case Recovery::restore_lock:
      return fmt::format("take the committed one back: git checkout HEAD -- {}",
                         subject.empty() ? ".ddx.lock" : subject);
    case Recovery::repair_lock:
      return "rebuild the lock from what is on disk: ddx init --repair";
    case Recovery::upgrade_ddx:
      return "a newer ddx wrote this; install that version or a later one";
    case Recovery::reconfigure:
      return "change the existing configuration: ddx init --reconfigure";
    case Recovery::check_url:
      return fmt::format("check the URL {}", quoted(subject, "of the upstream"));
    case Recovery::check_ref:
      return with_list("check the name of the branch, tag or commit", subject);
    case Recovery::check_network:
      return fmt::format("check the connection to {}, proxy settings included",
                         quoted(subject, "the upstream"));
    case Recovery::check_proxy:
      return fmt::format(
          "check the proxy {}: git's 'http.proxy', or the variables https_proxy and http_proxy",
          quoted(subject, "on the way"));
    case Recovery::log_in_at_proxy:
      return fmt::format(
          "give {} a user name in its URL, and the password there or to git's credential helper",
          quoted(subject, "the proxy"));
    case Recovery::trust_authority:
      return fmt::format(
          "if you trust the authority behind its certificate: git config {} FILE, or SSL_CERT_FILE=FILE",
          subject.empty() ? "http.sslCAInfo" : subject);
    case Recovery::pass_by_proxy:
      return fmt::format("reach it without the proxy: add {} to the variable NO_PROXY", subject);
    case Recovery::allow_insecure_http:
      return "if nobody can be on the way: add --insecure-http";
    case Recovery::check_host_key:
      return fmt::format(
          "compare the key with what the server's owner tells you, then connect once by hand: ssh {}",
          subject.empty() ? "HOST" : subject);
    case Recovery::forget_host_key:
      return fmt::format(
          "if the server's owner confirms the new key, forget the old one, and connect once by hand: "
          "ssh-keygen -R {}",
          subject.empty() ? "HOST" : shell_word(subject));
    case Recovery::check_ssh_key:
      return fmt::format(
          "check that the server knows your key and that 'ssh {}' works; a key with a passphrase has to be "
          "in "
          "ssh-agent",
          subject.empty() ? "HOST" : subject);
    case Recovery::try_ssh:
      return fmt::format("check the connection: ssh {}", subject.empty() ? "HOST" : subject);
    case Recovery::check_ssh_program:
      return fmt::format("install it, or correct {}",
                         subject.empty() ? "core.sshCommand or GIT_SSH_COMMAND" : subject);
    case Recovery::log_in:
      return fmt::format("log in with 'ddx auth login{}'", subject.empty() ? "" : " " + subject);
    case Recovery::set_token:
      return fmt::format("put a token into the variable {}", subject.empty() ? "DDX_TOKEN" : subject);
    case Recovery::replace_token:
      return fmt::format("put a valid token into the variable {}, or unset it",
                         subject.empty() ? "DDX_TOKEN" : subject);
    case Recovery::make_token:
      return subject.empty() ? "make a new token on the platform's pages"
                             : fmt::format("make a new token: {}", subject);
    case Recovery::widen_token:
      return fmt::format("let the token have {}", quoted(subject, "what the platform asks for"));
    case Recovery::authorize_token:
      return fmt::format("authorize the token for the organization: {}", subject);
    case Recovery::name_account:
      return fmt::format("tell git the account's e-mail address: git config credential.{}.username ADDRESS",
                         subject);
    case Recovery::use_vault:
      return "keep it in an encrypted file of ddx: ddx auth login --vault";
    case Recovery::unlock_keychain:
      return "unlock the keychain of your desktop, or use 'ddx auth login --vault'";
    case Recovery::give_passphrase:
      return "run it on a terminal, or hand the passphrase over: DDX_VAULT_PASSPHRASE_FD=3 3<FILE";
    case Recovery::remove_vault:
      return fmt::format("remove the file {} and log in again", quoted(subject, "of the vault"));
    case Recovery::retry:
      return "run the same command again";
    case Recovery::wait_until:
      return fmt::format("run the same command again after {}", subject.empty() ? "some minutes" : subject);
    case Recovery::use_offline:
      return "go on with what was fetched last: add --offline";
    case Recovery::go_online:
      return "run it once with a connection, without --offline";
    case Recovery::resolve_conflicts:
      return fmt::format("edit {} until no conflict markers are left",
                         quoted(subject, "the files with conflicts"));
    case Recovery::continue_pull:
      return "when all conflicts are resolved: ddx pull --continue";
    case Recovery::abort_pull:
      return "to go back to the state before the pull: ddx pull --abort";
    case Recovery::choose_side:
      return fmt::format("take one side of {0}: ddx resolve --mine {1}, or --theirs {1}",
                         quoted(subject, "the file"), subject.empty() ? "PATH" : shell_word(subject));
    case Recovery::list_conflicts:
      return "see what is open and decide it: ddx resolve";
    case Recovery::choose_tool:
      return "name a merge tool that is installed, once with '--tool NAME' or for good with 'git config "
             "merge.tool NAME'";
    case Recovery::confirm_with_yes:
      return "if this is what you want, add --yes";
    case Recovery::accept_rewritten:
      return "if upstream was rewritten on purpose: ddx pull --accept-rewritten";
    case Recovery::commit_without:
      return "run it again with --no-commit, and commit later";
    case Recovery::set_identity:
      return "tell git who you are: git config user.name NAME; git config user.email EMAIL";
    case Recovery::wait_for_other_ddx:
      return fmt::format("wait until {} has finished, or longer than now: --wait SECONDS",
                         quoted(subject, "the other ddx"));
    case Recovery::assume_single_writer:
      return "if no other ddx works in this repository, on any machine: --assume-single-writer";
    case Recovery::go_where_it_began:
      return fmt::format("run the next ddx command where it began, in {}", quoted(subject, "the original"));
    case Recovery::finish_git_operation:
      return fmt::format("finish or abort git's {} first", subject.empty() ? "operation" : subject);
    case Recovery::free_space:
      return "free some space, then run it again";
    case Recovery::check_permissions:
      return fmt::format("check the permissions of {}", quoted(subject, "the project's files"));
    case Recovery::trust_owner:
      return fmt::format("if you trust its owner: git config --global --add safe.directory {}",
                         shell_word(subject));
    case Recovery::raise_limit:
      return fmt::format("if you trust this upstream, raise {}", quoted(subject, "the limit"));
    case Recovery::tell_upstream:
      return "only the upstream's owner can mend this; tell them";
    case Recovery::list_targets:
      return "see what there is: ddx rollback --list";
    case Recovery::use_target:
      return fmt::format("these are whole: {}", subject.empty() ? "none" : subject);
    case Recovery::drop_snapshot:
      return fmt::format("drop what is damaged: ddx snapshot delete {}", subject.empty() ? "ID" : subject);
    case Recovery::list_snapshots:
      return "see what there is: ddx snapshot list";
    case Recovery::overwrite:
      return fmt::format("replace {} with --force, or name another file", quoted(subject, "the file"));
    case Recovery::roll_back:
      return "undo the last operation: ddx rollback";
    case Recovery::initialise_again:
      return "start again: ddx init";
    case Recovery::mend:
      return subject.empty()
                 ? "mend it now with 'ddx doctor --fix'; the next command that changes something does so too"
                 : fmt::format("set {} aside with 'ddx doctor --fix'", quoted(subject, "it"));
    case Recovery::adopt_operation:
      return fmt::format("if the folder was moved here, let it be ended here: ddx doctor --adopt {}",
                         subject.empty() ? "ID" : subject);
    case Recovery::set_operation_aside:
      return fmt::format("if this is a copy, leave the files as they are: ddx doctor --set-aside {}",
                         subject.empty() ? "ID" : subject);
    case Recovery::remove_git_lock:
      return fmt::format("if no git is running: rm {}", shell_word(subject));
    case Recovery::run_doctor:
      return "see what is wrong: ddx doctor";
    case Recovery::pull_first:
      return "bring upstream's changes in first: ddx pull";
    case Recovery::choose_branch:
      return fmt::format("look at what is in {}, or name a branch: ddx push --branch NAME",
                         quoted(subject, "the branch"));
    case Recovery::allow_fork:
      return "let it go through a fork of yours: --fork auto";
    case Recovery::mend_signing:
      return "mend it until 'git commit -S' works here, or switch it off: git config commit.gpgSign false";
    case Recovery::list_contributions:
      return "list them: ddx push --status";
    case Recovery::forget_contribution:
      return fmt::format("if that contribution is over: ddx push --forget {}",
                         subject.empty() ? "BRANCH" : shell_word(subject));
    case Recovery::report_bug:
      return "this is a bug in ddx; please report it with the command and this message";
  }
  return {};
}

std::string state_line(Aftermath aftermath) {
  switch (aftermath) {
    case Aftermath::nothing_changed:
      return "nothing was changed";
    case Aftermath::put_back:
      return "what had been changed was put back";
    case Aftermath::branch_pushed:
      return "the branch was pushed, and the next push goes on from there";
    case Aftermath::pending:
      return "an operation is pending: the next command that changes something finishes or undoes it";
    case Aftermath::unknown_to_us:
      return {};
  }
  return {};
}

}  // namespace ddx::cli
