#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

/// Looks at the flag now and then: a signal that comes just before the wait does not end it.
bool wait_until_readable(int descriptor, const std::atomic<bool>& interrupted) {
  constexpr int look_again_ms = 100;
  pollfd waiting{descriptor, POLLIN, 0};
  while (!interrupted) {
    if (poll(&waiting, 1, look_again_ms) > 0) return true;
  }
  return false;
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

void keep_standard_streams_open() {
  for (int wanted = STDIN_FILENO; wanted <= STDERR_FILENO; ++wanted) {
    // open() takes the lowest free number, and all below `wanted` are taken by now.
    if (fcntl(wanted, F_GETFD) == -1 && errno == EBADF) static_cast<void>(open("/dev/null", O_RDWR));
  }
}

}  // namespace ddx
