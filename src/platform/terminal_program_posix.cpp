#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "base/redaction.hpp"
#include "ddx/error.hpp"
#include "platform/exec_words.hpp"
#include "platform/terminal_program.hpp"

namespace ddx {

namespace {

/// The keys that would end us are meant for the program.
class KeysIgnored {
 public:
  KeysIgnored() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignore, &interrupt_);
    sigaction(SIGQUIT, &ignore, &quit_);
  }
  KeysIgnored(const KeysIgnored&) = delete;
  ~KeysIgnored() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGQUIT, &quit_, nullptr);
  }

 private:
  struct sigaction interrupt_ = {}, quit_ = {};
};

class ProgramSettings {
 public:
  explicit ProgramSettings(const std::filesystem::path& folder) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none, ours;
    sigemptyset(&none);
    sigemptyset(&ours);
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXFSZ}) sigaddset(&ours, signal);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &ours);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ProgramSettings(const ProgramSettings&) = delete;
  ~ProgramSettings() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    if (!variables.contains(name) && !is_secret_variable(name)) result.push_back(text);
  }
  for (const auto& [name, value] : variables) result.push_back(name + "=" + value);
  return result;
}

/// What ends the wait for a program arrives only inside of `wait`, so that nothing is lost just before it.
class SignalsHeld {
 public:
  SignalsHeld() {
    struct sigaction note = {};
    note.sa_handler = [](int) {};
    sigaction(SIGCHLD, &note, &child_);
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGCHLD, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  ~SignalsHeld() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    sigaction(SIGCHLD, &child_, nullptr);
  }

  void wait() const {
    sigset_t awake = before_;
    for (const int signal : {SIGCHLD, SIGTERM, SIGHUP}) sigdelset(&awake, signal);
    sigsuspend(&awake);
  }

 private:
  struct sigaction child_ = {};
  sigset_t before_ = {};
};

int wait_for(pid_t child, const SignalsHeld& held, const std::atomic<bool>& interrupted) {
  int status = 0;
  bool told = false;
  for (;;) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "wait for a program");
    if (interrupted && !std::exchange(told, true)) kill(child, SIGTERM);
    held.wait();
  }
}

}  // namespace

int run_on_terminal(const TerminalProgram& program, const std::atomic<bool>& interrupted) {
  std::vector<std::string> words{program.program.string()};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  const std::vector<std::string> variables = environment_with(program.variables);
  const ProgramSettings settings(program.folder);
  const KeysIgnored ignored;
  const SignalsHeld held;
  pid_t child = -1;
  const int code = posix_spawn(&child, words.front().c_str(), &settings.actions_, &settings.attributes_,
                               exec_words(words).data(), exec_words(variables).data());
  if (code != 0) throw std::system_error(code, std::generic_category(), "start '" + words.front() + "'");
  const int status = wait_for(child, held, interrupted);
  if (interrupted) throw Interrupted();
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace ddx
