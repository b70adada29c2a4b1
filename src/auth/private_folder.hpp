#pragma once

#include <filesystem>

#include "platform/files.hpp"

namespace ddx::auth {

/// Makes the folder of ours where nobody else may look. \throws std::system_error
[[nodiscard]] Directory make_private_folder(const std::filesystem::path& folder, Files& files);

}  // namespace ddx::auth
