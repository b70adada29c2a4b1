#include <fmt/format.h>

#include "ddx/auth.hpp"
#include "ddx/config.hpp"
#include "ddx/error.hpp"
#include "git/http_settings.hpp"

namespace ddx {

namespace {

struct ProjectHere {
  std::filesystem::path root;
  UpstreamUrl url;  ///< where a pull goes: `url.insteadOf` may say another place than the configuration
};

/// The upstream of the project around the current folder.
std::optional<ProjectHere> project_here(Host& host) {
  try {
    const Workspace workspace = Workspace::find(host.current_directory, host);
    const Config config = load_config(workspace, host);
    const auto settings = git::UserSettings::open(workspace.project_root, host);
    return ProjectHere{workspace.project_root,
                       UpstreamUrl::parse(git::rewritten_url(settings, config.url.str()))};
  } catch (const Error& failure) {
    if (failure.code() == ErrorCode::not_a_repository || failure.code() == ErrorCode::no_config)
      return std::nullopt;
    throw;
  }
}

std::string path_of(const UpstreamUrl& url) {
  const std::string& text = url.str();
  const std::size_t slash = text.find('/', text.find("://") + 3);
  std::string path = slash == text.npos ? "" : text.substr(slash + 1);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

Origin origin_of(const std::string& named) {
  const std::string url = named.find("://") == named.npos ? "https://" + named : named;
  const auto origin = Origin::of(UpstreamUrl::parse(url.ends_with('/') ? url : url + "/"));
  if (!origin)
    throw Error(ErrorCode::usage, fmt::format("'{}' is no host that ddx logs in to", named),
                {{Recovery::see_help, "auth"}});
  return *origin;
}

void refuse_plain_http(const Origin& origin, const Host& host) {
  if (origin.scheme == "https" || host.allow_insecure_http) return;
  if (UpstreamUrl::parse(origin.str() + "/").is_loopback()) return;
  throw Error(ErrorCode::url_refused,
              fmt::format("no login is sent to '{}' without encryption", origin.host_and_port()));
}

}  // namespace

LoginTarget login_target(const std::string& named, Host& host) {
  const auto project = project_here(host);
  LoginTarget target{{}, "", project ? project->root : host.current_directory};
  std::optional<Origin> upstream;
  if (project) upstream = Origin::of(project->url);
  if (!named.empty()) {
    target.origin = origin_of(named);
  } else if (upstream) {
    target.origin = *upstream;
  } else if (project) {
    throw Error(ErrorCode::usage,
                fmt::format("the upstream '{}' needs no login of ddx; name a host", project->url.str()),
                {{Recovery::see_help, "auth"}});
  } else {
    throw Error(ErrorCode::no_config, "there is no project here; name the host to log in to",
                {{Recovery::see_help, "auth"}});
  }
  target.is_upstream = upstream == target.origin;
  if (target.is_upstream) target.path = path_of(project->url);
  refuse_plain_http(target.origin, host);
  return target;
}

}  // namespace ddx
