#pragma once

#include <memory>
#include <string>

#include "config/yaml_document.hpp"
#include "platform/files.hpp"

namespace ddx {

/// Reads and parses the configuration file `name` in `folder`.
/// \param shown  its name for messages
/// \returns null if there is no such file
/// \throws Error (config_invalid) also for a link, a folder or a file that is too large; Error (permission,
/// io)
[[nodiscard]] std::unique_ptr<YamlDocument> read_config_file(Files& files, const Directory& folder,
                                                             const std::string& name,
                                                             const std::string& shown);

}  // namespace ddx
