#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "platform/console.hpp"

namespace ddx {

namespace {

int descriptor_of(Stream stream) {
  switch (stream) {
    case Stream::in:
      return STDIN_FILENO;
    case Stream::out:
      return STDOUT_FILENO;
    case Stream::err:
      return STDERR_FILENO;
  }
  return -1;
}

void wait_until_writable(int descriptor) {
  pollfd waiting{descriptor, POLLOUT, 0};
  poll(&waiting, 1, -1);
}

constexpr int look_again_ms = 100;

/// Looks at the flag now and then: a signal that comes just before the wait does not end it.
bool wait_until_readable(int descriptor, const std::atomic<bool>& interrupted) {
  pollfd waiting{descriptor, POLLIN, 0};
  while (!interrupted) {
    if (poll(&waiting, 1, look_again_ms) > 0) return true;
  }
  return false;
}

/// A terminal that is set in another way as long as this lives.
class ChangedTerminal {
 public:
  enum class Way {
    single_keys,  ///< one by one, and not shown
    hidden_line,  ///< not shown, except for the line end
  };

  explicit ChangedTerminal(Way way) : way_(way), is_terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    change();
  }
  ChangedTerminal(const ChangedTerminal&) = delete;
  ~ChangedTerminal() {
    if (may_change()) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

  /// Also after a stop: a shell puts the terminal back meanwhile.
  void change() const {
    if (!may_change()) return;
    termios wanted = before_;
    wanted.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (way_ == Way::single_keys) {
      wanted.c_lflag &= ~static_cast<tcflag_t>(ICANON);
      wanted.c_cc[VMIN] = 1;
      wanted.c_cc[VTIME] = 0;
    } else {
      wanted.c_lflag |= ICANON | ECHONL;
    }
    wanted.c_cc[VQUIT] = _POSIX_VDISABLE;  // it would end us with the terminal as it is
    tcsetattr(STDIN_FILENO, TCSANOW, &wanted);
  }

 private:
  /// In the background an attempt would stop us.
  [[nodiscard]] bool may_change() const { return is_terminal_ && tcgetpgrp(STDIN_FILENO) == getpgrp(); }

  Way way_;
  termios before_{};
  bool is_terminal_;
};

/// What follows the first byte of a key: the rest of an escape sequence or of a UTF-8 character.
void read_rest(std::string& key) {
  constexpr std::size_t longest = 16;
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  const auto goes_on = [&] {
    const auto first = static_cast<unsigned char>(key.front());
    if (first == 0x1b) return key.size() < 3 || key.back() < '@' || key.back() > '~';
    return first >= 0xc0 && key.size() < (first >= 0xf0 ? 4u : first >= 0xe0 ? 3u : 2u);
  };
  char byte = 0;
  while (key.size() < longest && goes_on() && poll(&waiting, 1, 0) > 0 && ::read(STDIN_FILENO, &byte, 1) == 1)
    key += byte;
}

}  // namespace

bool Console::is_terminal(Stream stream) const { return isatty(descriptor_of(stream)) == 1; }

std::optional<int> Console::columns(Stream stream) const {
  winsize size{};
  if (ioctl(descriptor_of(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

Console::Written Console::write(Stream stream, std::string_view bytes) {
  const int descriptor = descriptor_of(stream);
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {  // somebody made the terminal we share non-blocking
      wait_until_writable(descriptor);
    } else if (errno == EPIPE) {
      return Written::reader_gone;
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "cannot write to the standard output");
    }
  }
  return Written::all;
}

std::optional<std::string> Console::read_line(const std::atomic<bool>& interrupted) {
  std::string line;
  for (char byte = 0; byte != '\n';) {
    if (!wait_until_readable(STDIN_FILENO, interrupted)) return std::nullopt;
    const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
    if (count < 0) return std::nullopt;
    if (count == 0) {
      if (line.empty()) return std::nullopt;
      break;
    }
    if (byte != '\n') line += byte;
  }
  return line;
}

std::optional<std::string> Console::read_key(const std::function<void()>& ask,
                                             const std::atomic<bool>& interrupted) {
  const ChangedTerminal keys(ChangedTerminal::Way::single_keys);
  ask();
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  while (poll(&waiting, 1, look_again_ms) <= 0) {
    if (interrupted) return std::nullopt;
    keys.change();
  }
  if (interrupted) return std::nullopt;
  char byte = 0;
  if (::read(STDIN_FILENO, &byte, 1) != 1) return std::nullopt;
  std::string key(1, byte);
  read_rest(key);
  return key;
}

std::optional<Secret> Console::read_secret(const std::function<void()>& ask,
                                           const std::atomic<bool>& interrupted) {
  const ChangedTerminal hidden(ChangedTerminal::Way::hidden_line);
  ask();
  std::array<char, 4096> bytes{};
  std::size_t size = 0;
  bool ended = false;
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  while (!ended && size < bytes.size()) {
    while (!interrupted && poll(&waiting, 1, look_again_ms) <= 0) hidden.change();
    if (interrupted) break;
    const ssize_t count = ::read(STDIN_FILENO, &bytes[size], 1);
    if (count <= 0) break;
    ended = bytes[size] == '\n';
    if (!ended) ++size;
  }
  std::optional<Secret> line;
  if (ended || (size > 0 && !interrupted)) line = Secret(std::string_view(bytes.data(), size));
  Secret::wipe(bytes.data(), bytes.size());
  return line;
}

void keep_standard_streams_open() {
  for (int wanted = STDIN_FILENO; wanted <= STDERR_FILENO; ++wanted) {
    // open() takes the lowest free number, and all below `wanted` are taken by now.
    if (fcntl(wanted, F_GETFD) == -1 && errno == EBADF) static_cast<void>(open("/dev/null", O_RDWR));
  }
}

}  // namespace ddx
