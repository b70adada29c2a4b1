#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/yaml_document.hpp"
#include "ddx/config.hpp"

namespace ddx {

using Environment = std::function<std::optional<std::string>(const char* name)>;

/// Whether a `.ddx.yml` is a configuration of this program: it has a `repository` section.
[[nodiscard]] bool is_ddx_config(const YamlDocument& document);

/// `repository.path`, or its default. \throws Error (config_invalid)
[[nodiscard]] std::string local_tree_of(const YamlDocument& document);

/// Puts the layers of the configuration together, later ones over earlier ones: defaults, `user` (sections
/// sync, network, limits and backup), `project`, variables. \param user  may be null \throws Error
/// (config_invalid, url_refused) naming the place
[[nodiscard]] Config assemble_config(const YamlDocument& project, const YamlDocument* user,
                                     const Environment& variables);

}  // namespace ddx
