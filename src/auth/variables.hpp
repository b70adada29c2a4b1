#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auth/source.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// What was given to this command or stands in `DDX_…` variables, most special first: the host's token, the
/// variable of the host's name, `DDX_TOKEN`. The last is for the upstream alone; so is the second where the
/// host has a port of its own that the variable does not name.
/// \param upstream  where a pull goes; none: there is no project, so only variables that name a host count
/// \param token_origin  what the host's token is for
[[nodiscard]] std::vector<std::unique_ptr<Source>> explicit_sources(const std::optional<Origin>& upstream,
                                                                    const std::optional<Origin>& token_origin,
                                                                    const std::string& username, Host& host);

/// The tokens that build systems give to their jobs, each for the server that runs the job: GitHub and Gitea
/// or Forgejo Actions, GitLab CI, Bitbucket Pipelines; and those of the `gh` program.
[[nodiscard]] std::vector<std::unique_ptr<Source>> ci_sources(Host& host);

/// A variable of a build system that is set, and the server that it is for.
struct CiServer {
  std::string variable;
  std::optional<Origin> origin;  ///< none: what says which server it is, is not set
};
[[nodiscard]] std::vector<CiServer> ci_servers(const Host& host);

}  // namespace ddx::auth
