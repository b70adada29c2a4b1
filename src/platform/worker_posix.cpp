#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "base/wipe_at_end.hpp"
#include "ddx/error.hpp"
#include "platform/system.hpp"
#include "platform/worker.hpp"

#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace ddx {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How soon an interrupt is noticed.
constexpr milliseconds interrupt_tick{50};
/// What a worker gets to end its own children before it is killed.
constexpr milliseconds farewell{120};
constexpr std::uint64_t message_limit_bytes = 256u << 20;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_can_be_limited = false;  // their shadow memory counts as heap
#else
constexpr bool memory_can_be_limited = true;
#endif

[[noreturn]] void fail(int number, const char* doing) {
  throw std::system_error(number, std::generic_category(), doing);
}

void limit(int resource, std::uint64_t value) {
  if (value == 0) return;
  rlimit both{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &both) != 0) return;
  both.rlim_cur = std::min<rlim_t>(both.rlim_max, value);
  setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

void restrict_self(const WorkerLimits& limits, pid_t parent) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent) _exit(1);
  std::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
  keep_memory_private();          // it may be given a credential
  if (memory_can_be_limited) limit(RLIMIT_DATA, limits.memory_bytes);
  limit(RLIMIT_FSIZE, limits.file_bytes);
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu.count()));
}

class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  ~Child() {
    if (pid_ < 0) return;
    kill(pid_, SIGTERM);
    for (const auto deadline = steady_clock::now() + farewell; steady_clock::now() < deadline;) {
      if (is_over()) return;
      poll(nullptr, 0, 5);
    }
    kill(pid_, SIGKILL);
    wait();
  }

  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return status;
  }

 private:
  bool is_over() {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
    pid_ = -1;
    return true;
  }

  pid_t pid_;
};

/// What the parent has open, and its destructors, are not the child's: it neither returns nor unwinds.
[[noreturn]] void work_and_end(const std::function<void(WorkerLine&)>& work, Descriptor end) noexcept {
  try {
    WorkerLine line(std::move(end));
    work(line);
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

void throw_unless_well(int status) {
  if (WIFSIGNALED(status))
    throw WorkerFailure(
        WTERMSIG(status) == SIGXCPU ? WorkerFailure::Cause::cpu : WorkerFailure::Cause::crashed, status);
  if (WEXITSTATUS(status) != 0) throw WorkerFailure(WorkerFailure::Cause::lost, status);
}

std::string describe(WorkerFailure::Cause cause, int status) {
  switch (cause) {
    case WorkerFailure::Cause::crashed:
      return std::string("it was ended by a signal: ") + strsignal(WTERMSIG(status));
    case WorkerFailure::Cause::cpu:
      return "it used up its processor time";
    case WorkerFailure::Cause::silent:
      return "it came to no end";
    case WorkerFailure::Cause::lost:
      break;
  }
  return "it ended before its time";
}

}  // namespace

WorkerFailure::WorkerFailure(Cause cause, int status)
    : std::runtime_error(describe(cause, status)), cause_(cause) {}

void WorkerLine::send(std::string_view message) {
  const std::uint64_t size = message.size();
  std::array<char, sizeof size> head{};
  std::memcpy(head.data(), &size, sizeof size);
  for (std::string_view part : {std::string_view(head.data(), head.size()), message}) {
    while (!part.empty()) {
      const ssize_t count = ::send(end_.native(), part.data(), part.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EINTR) fail(errno, "send a message");
      if (count > 0) part.remove_prefix(static_cast<std::size_t>(count));
    }
  }
}

std::optional<std::string> WorkerLine::receive(milliseconds patience, const std::atomic<bool>& interrupted) {
  std::uint64_t size = 0;
  if (!fill(reinterpret_cast<char*>(&size), sizeof size, patience, interrupted)) return std::nullopt;
  if (size > message_limit_bytes) fail(EMSGSIZE, "receive a message");
  std::string message(size, '\0');
  if (!fill(message.data(), message.size(), patience, interrupted)) return std::nullopt;
  return message;
}

/// \returns false when the other side has gone
bool WorkerLine::fill(char* into, std::size_t size, milliseconds patience,
                      const std::atomic<bool>& interrupted) {
  const auto deadline = steady_clock::now() + patience;
  while (size > 0) {
    if (interrupted) throw Interrupted();
    pollfd watched{end_.native(), POLLIN, 0};
    const int ready = poll(&watched, 1, static_cast<int>(interrupt_tick.count()));
    if (ready < 0 && errno != EINTR) fail(errno, "wait for a message");
    if (ready <= 0) {
      if (patience.count() > 0 && steady_clock::now() >= deadline) fail(ETIMEDOUT, "wait for a message");
      continue;
    }
    const ssize_t count = recv(end_.native(), into, size, 0);
    if (count == 0 || (count < 0 && errno == ECONNRESET)) return false;
    if (count < 0) {
      if (errno != EINTR) fail(errno, "receive a message");
      continue;
    }
    into += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

void run_worker(const WorkerLimits& limits, const std::function<void(WorkerLine&)>& work,
                const std::function<void(std::string_view message, WorkerLine&)>& answer,
                const std::atomic<bool>& interrupted) {
  if (interrupted) throw Interrupted();
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail(errno, "make a socket pair");
  Descriptor ours(ends[0]), theirs(ends[1]);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) fail(errno, "start a process");
  if (pid == 0) {
    ours = Descriptor();
    restrict_self(limits, parent);
    work_and_end(work, std::move(theirs));
  }
  Child child(pid);
  theirs = Descriptor();
  WorkerLine line(std::move(ours));
  try {
    while (auto message = line.receive(limits.silence, interrupted)) {
      const WipeAtEnd wiped(*message);
      answer(*message, line);
    }
  } catch (const std::system_error& error) {
    if (interrupted) throw Interrupted();  // the child may have gone first, of the terminal's signal
    if (error.code().value() != ETIMEDOUT) throw;
    throw WorkerFailure(WorkerFailure::Cause::silent, 0);
  }
  const int status = child.wait();
  if (interrupted) throw Interrupted();  // the terminal's signal reached the child too
  throw_unless_well(status);
}

}  // namespace ddx
