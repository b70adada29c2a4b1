#pragma once

#include <filesystem>
#include <optional>

#include "ddx/config.hpp"
#include "ddx/host.hpp"
#include "ddx/upstream_url.hpp"

namespace ddx::auth {

/// The project around the current folder.
struct ProjectHere {
  std::filesystem::path root;
  UpstreamUrl url;  ///< where a pull goes: `url.insteadOf` may say another place than the configuration
  Config config;
};

/// \returns nothing where there is none. \throws Error (config_invalid, url_refused)
[[nodiscard]] std::optional<ProjectHere> project_here(Host& host);

/// Whether a person who names a server means one that is reached by ssh.
[[nodiscard]] bool names_ssh(const std::string& named);

}  // namespace ddx::auth
