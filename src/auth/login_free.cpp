#include "ddx/login_free.hpp"

#include "auth/project_here.hpp"
#include "git/list_refs.hpp"
#include "git/service_program.hpp"
#include "git/user_settings.hpp"

namespace ddx {

std::optional<LoginFreeUpstream> login_free_upstream(const std::string& named, Host& host) {
  const auto project = auth::project_here(host);
  const auto folder = project ? project->root : host.current_directory;
  std::optional<UpstreamUrl> url;
  if (auth::names_ssh(named)) url = UpstreamUrl::parse(named);
  if (named.empty() && project) url = project->url;
  if (!url || Origin::of(*url)) return std::nullopt;
  LoginFreeUpstream upstream{*url, folder, "", ""};
  if (project) {
    upstream.connect_timeout = project->config.connect_timeout;
    upstream.idle_timeout = project->config.idle_timeout;
  }
  if (url->kind() == UpstreamUrl::Kind::ssh) {
    const git::SshName name = git::ssh_name(git::UserSettings::open(folder, host), host);
    upstream.program = name.command;
    upstream.named_by = name.named_by;
  }
  return upstream;
}

void test_upstream(const LoginFreeUpstream& upstream, Host& host) {
  git::FetchOptions options{upstream.url, upstream.folder};
  options.connect_timeout = upstream.connect_timeout.value_or(options.connect_timeout);
  options.idle_timeout = upstream.idle_timeout.value_or(options.idle_timeout);
  git::list_refs(options, host);
}

}  // namespace ddx
