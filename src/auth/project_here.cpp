#include "auth/project_here.hpp"

#include "ddx/error.hpp"
#include "git/http_settings.hpp"

namespace ddx::auth {

std::optional<ProjectHere> project_here(Host& host) {
  try {
    const Workspace workspace = Workspace::find(host.current_directory, host);
    const Config config = load_config(workspace, host);
    const auto settings = git::UserSettings::open(workspace.project_root, host);
    return ProjectHere{workspace.project_root,
                       UpstreamUrl::parse(git::rewritten_url(settings, config.url.str())), config};
  } catch (const Error& failure) {
    if (failure.code() == ErrorCode::not_a_repository || failure.code() == ErrorCode::no_config)
      return std::nullopt;
    throw;
  }
}

bool names_ssh(const std::string& named) {
  if (const std::size_t scheme = named.find("://"); scheme != named.npos)
    return named.substr(0, scheme).ends_with("ssh");
  // `host:8443` is a port; only with a user in front is it what scp takes.
  return named.find('@') < named.find(':') && named.find(':') != named.npos;
}

}  // namespace ddx::auth
