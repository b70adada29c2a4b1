#pragma once

#include <string>

#include "ddx/config.hpp"

namespace ddx {

/// The configuration that a project with this `.ddx.yml` would have, before it is on disk.
/// \param shown  the file's name for messages
/// \throws Error (config_invalid)
[[nodiscard]] Config config_from_text(const std::string& text, const std::string& shown, Host& host);

}  // namespace ddx
