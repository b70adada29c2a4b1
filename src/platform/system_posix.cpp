#include <poll.h>
#include <pwd.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "ddx/error.hpp"
#include "platform/system.hpp"

namespace ddx {

long process_id() { return getpid(); }

std::string user_name() {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::array<char, 4096> text{};
  if (getpwuid_r(geteuid(), &entry, text.data(), text.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return std::to_string(geteuid());
}

std::string machine_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::string boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

Secret read_line_of_descriptor(int number, const std::atomic<bool>& interrupted) {
  constexpr int interrupt_tick_ms = 100;
  constexpr std::size_t longest = 4096;
  std::array<char, longest> bytes{};
  std::size_t size = 0;
  while (size < longest) {
    if (interrupted) {
      Secret::wipe(bytes.data(), bytes.size());
      throw Interrupted();
    }
    pollfd watched{number, POLLIN, 0};
    if (poll(&watched, 1, interrupt_tick_ms) <= 0) continue;
    const ssize_t count = read(number, bytes.data() + size, 1);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0 || bytes[size] == '\n') break;
    ++size;
  }
  if (size > 0 && bytes[size - 1] == '\r') --size;
  Secret line(std::string_view(bytes.data(), size));
  Secret::wipe(bytes.data(), bytes.size());
  return line;
}

void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

std::map<std::string, std::string> environment_variables() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != text.npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

}  // namespace ddx
