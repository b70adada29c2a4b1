#include "auth/private_folder.hpp"

namespace ddx::auth {

Directory make_private_folder(const std::filesystem::path& folder, Files& files) {
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  return files.open_root(folder);
}

}  // namespace ddx::auth
