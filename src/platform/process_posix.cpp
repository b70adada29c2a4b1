#include "platform/exec_words.hpp"
#include "platform/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "ddx/error.hpp"

namespace ddx {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How soon an interrupt is noticed.
constexpr milliseconds interrupt_tick{100};
constexpr std::size_t error_text_limit = 64 * 1024;

[[noreturn]] void fail(int number, const std::string& doing) {
  throw std::system_error(number, std::generic_category(), doing);
}

struct Ends {
  Descriptor ours, theirs;
};

Ends output_pipe() {
  std::array<int, 2> raw{};
  if (pipe2(raw.data(), O_CLOEXEC) != 0) fail(errno, "make a pipe");
  return {Descriptor(raw[0]), Descriptor(raw[1])};
}

/// A socket, because a pipe would raise SIGPIPE in us when the child has ended.
Ends input_socket() {
  std::array<int, 2> raw{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, raw.data()) != 0) fail(errno, "make a socket pair");
  return {Descriptor(raw[0]), Descriptor(raw[1])};
}

class SpawnSettings {
 public:
  SpawnSettings(int in, int out, int err, bool own_group) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_adddup2(&actions_, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    const int group = own_group ? POSIX_SPAWN_SETPGROUP : 0;
    posix_spawnattr_setflags(&attributes_,
                             static_cast<short>(group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }
  SpawnSettings(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

/// \returns whether anything is ready before `timeout` is over
bool wait_ready(std::span<pollfd> descriptors, milliseconds timeout) {
  const int count = poll(descriptors.data(), descriptors.size(), static_cast<int>(timeout.count()));
  if (count < 0 && errno != EINTR) fail(errno, "wait for a child process");
  return count > 0;
}

}  // namespace

Process::Process(const Command& command) : has_own_group_(!command.shares_terminal) {
  Ends input = input_socket(), output = output_pipe(), errors = output_pipe();
  const SpawnSettings settings(input.theirs.native(), output.theirs.native(), errors.theirs.native(),
                               has_own_group_);
  std::vector<std::string> words{command.program.string()};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : command.environment) variables.push_back(name + "=" + value);

  const int code = posix_spawn(&pid_, words.front().c_str(), &settings.actions_, &settings.attributes_,
                               exec_words(words).data(), exec_words(variables).data());
  if (code != 0) fail(code, "start '" + words.front() + "'");
  input_ = std::move(input.ours);
  output_ = std::move(output.ours);
  errors_ = std::move(errors.ours);
  fcntl(errors_.native(), F_SETFL, O_NONBLOCK);
}

Process::~Process() {
  if (pid_ < 0) return;
  kill(has_own_group_ ? -pid_ : pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
}

void Process::write(std::string_view bytes) {
  const std::atomic<bool> never{false};
  write(bytes, milliseconds(0), never);
}

void Process::write(std::string_view bytes, milliseconds idle, const std::atomic<bool>& interrupted) {
  if (!input_) fail(EPIPE, "write to a child process");
  auto deadline = steady_clock::now() + idle;
  while (!bytes.empty()) {
    if (interrupted) throw Interrupted();
    if (idle.count() > 0 && steady_clock::now() >= deadline) fail(ETIMEDOUT, "write to a child process");
    std::array<pollfd, 2> watched{pollfd{input_.native(), POLLOUT, 0}, pollfd{errors_.native(), POLLIN, 0}};
    if (!wait_ready(watched, interrupt_tick)) continue;
    if (watched[1].revents != 0) drain_errors();
    if (watched[0].revents == 0) continue;
    const ssize_t count = send(input_.native(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      deadline = steady_clock::now() + idle;
    } else if (errno != EINTR && errno != EAGAIN) {
      fail(errno, "write to a child process");
    }
  }
}

void Process::close_input() { input_ = Descriptor(); }

std::size_t Process::read(std::span<char> into, milliseconds idle, const std::atomic<bool>& interrupted) {
  const auto deadline = steady_clock::now() + idle;
  for (;;) {
    if (interrupted) throw Interrupted();
    if (steady_clock::now() >= deadline) fail(ETIMEDOUT, "read from a child process");
    std::array<pollfd, 2> watched{pollfd{output_.native(), POLLIN, 0}, pollfd{errors_.native(), POLLIN, 0}};
    if (!wait_ready(watched, interrupt_tick)) continue;
    if (watched[1].revents != 0) drain_errors();
    if (watched[0].revents == 0) continue;
    const ssize_t count = ::read(output_.native(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) fail(errno, "read from a child process");
  }
}

/// No more than a pipe holds: who writes faster than we read must not keep us here.
void Process::drain_errors() {
  std::array<char, error_text_limit> buffer{};
  for (std::size_t left = buffer.size(); left > 0;) {
    const ssize_t count = ::read(errors_.native(), buffer.data(), left);
    if (count == 0) errors_ = Descriptor();  // poll ignores a negative descriptor
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    const std::size_t room = error_text_limit - error_text_.size();
    error_text_.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
    left -= static_cast<std::size_t>(count);
  }
}

int Process::wait(milliseconds limit, const std::atomic<bool>& interrupted) {
  const auto status = wait_for(limit, interrupted);
  if (!status) fail(ETIMEDOUT, "wait for the end of a child process");
  return *status;
}

std::optional<int> Process::wait_for(milliseconds limit, const std::atomic<bool>& interrupted) {
  constexpr milliseconds tick{10};
  if (pid_ < 0) return status_;
  close_input();
  const auto deadline = steady_clock::now() + limit;
  for (;;) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      drain_errors();
      return end(status);
    }
    if (interrupted) throw Interrupted();
    if (steady_clock::now() >= deadline) return std::nullopt;
    std::array<pollfd, 1> watched{pollfd{errors_.native(), POLLIN, 0}};
    if (wait_ready(watched, tick)) drain_errors();
  }
}

int Process::end(int status) {
  pid_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

std::optional<std::filesystem::path> find_program(const std::string& name, const std::string& path) {
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find(':', start), path.size());
    const std::filesystem::path folder = path.substr(start, end - start);
    start = end + 1;
    if (!folder.is_absolute()) continue;
    std::filesystem::path candidate = folder / name;
    if (is_program(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace ddx
