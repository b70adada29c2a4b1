#include <cerrno>
#include <thread>

#include "ddx/error.hpp"
#include "platform/wait_for_lock.hpp"

namespace ddx {

namespace {

bool try_lock(const Descriptor& file, Host& host) {
  try {
    return host.files.try_lock(file);
  } catch (const std::system_error& error) {
    if (!host.assume_single_writer || !lacks_locks(error)) throw;
    return true;
  }
}

}  // namespace

std::optional<Descriptor> wait_for_lock(const Directory& folder, const std::string& name, Host& host) {
  constexpr std::chrono::milliseconds tick{20};
  Descriptor file = host.files.open_own(folder, name);
  const auto deadline = std::chrono::steady_clock::now() + host.patience;
  while (!try_lock(file, host)) {
    if (host.interrupted) throw Interrupted();
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(tick);
  }
  return file;
}

bool lacks_locks(const std::system_error& error) {
  const int number = error.code().value();
  return number == EINVAL || number == ENOLCK || number == ENOSYS || number == EOPNOTSUPP;
}

}  // namespace ddx
