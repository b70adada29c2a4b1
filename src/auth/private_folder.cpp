#include "auth/private_folder.hpp"

#include <thread>

#include "ddx/error.hpp"

namespace ddx::auth {

Directory make_private_folder(const std::filesystem::path& folder, Files& files) {
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  return files.open_root(folder);
}

std::optional<Descriptor> wait_for_lock(const Directory& folder, const std::string& name, Host& host) {
  constexpr std::chrono::milliseconds tick{20};
  Descriptor file = host.files.open_own(folder, name);
  const auto deadline = std::chrono::steady_clock::now() + host.patience;
  while (!host.files.try_lock(file)) {
    if (host.interrupted) throw Interrupted();
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(tick);
  }
  return file;
}

}  // namespace ddx::auth
