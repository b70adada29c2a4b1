#include <fmt/format.h>

#include "auth/project_here.hpp"
#include "ddx/auth.hpp"
#include "ddx/error.hpp"
#include "git/repository_path.hpp"
#include "git/service_program.hpp"

namespace ddx {

namespace {

[[noreturn]] void throw_no_login(const UpstreamUrl& url) {
  if (url.kind() == UpstreamUrl::Kind::ssh)
    throw Error(
        ErrorCode::usage,
        fmt::format("ssh logs in at '{}' with your own keys; ddx keeps no login for it", url.ssh().host),
        {{Recovery::check_ssh_key, git::ssh_destination(url.ssh())}, {Recovery::see_help, "auth"}});
  throw Error(ErrorCode::usage,
              fmt::format("the upstream '{}' is on this machine and needs no login; name a host", url.str()),
              {{Recovery::see_help, "auth"}});
}

Origin origin_of(const std::string& named) {
  if (auth::names_ssh(named)) throw_no_login(UpstreamUrl::parse(named));
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
  const auto project = auth::project_here(host);
  LoginTarget target{{}, "", project ? project->root : host.current_directory};
  std::optional<Origin> upstream;
  if (project) upstream = Origin::of(project->url);
  if (!named.empty()) {
    target.origin = origin_of(named);
  } else if (upstream) {
    target.origin = *upstream;
  } else if (project) {
    throw_no_login(project->url);
  } else {
    throw Error(ErrorCode::no_config, "there is no project here; name the host to log in to",
                {{Recovery::see_help, "auth"}});
  }
  target.is_upstream = upstream == target.origin;
  if (target.is_upstream) target.path = git::repository_path(project->url);
  refuse_plain_http(target.origin, host);
  return target;
}

}  // namespace ddx
