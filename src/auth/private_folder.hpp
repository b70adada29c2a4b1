#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ddx/host.hpp"
#include "platform/files.hpp"

namespace ddx::auth {

/// Makes the folder of ours where nobody else may look. \throws std::system_error
[[nodiscard]] Directory make_private_folder(const std::filesystem::path& folder, Files& files);

/// Takes the lock of a file in there, waiting for it as long as the host has patience. It is held as long as
/// the descriptor lives; the file stays, because others may wait for it.
/// \returns nothing where another process holds it still. \throws std::system_error; Interrupted
[[nodiscard]] std::optional<Descriptor> wait_for_lock(const Directory& folder, const std::string& name,
                                                      Host& host);

}  // namespace ddx::auth
