#include "auth/ask.hpp"

#include "git/http_settings.hpp"

namespace ddx::auth {

net::WholeAnswer ask(net::HttpRequest& request, Host& host, const net::HttpTimeouts& timeouts) {
  const std::string url = request.url.substr(0, request.url.find('?'));
  const std::size_t path = std::min(url.find('/', url.find("://") + 3), url.size());
  if (const auto origin = Origin::of(UpstreamUrl::parse(url)))
    request.settings = git::http_settings(git::UserSettings::open(host.current_directory, host), *origin,
                                          std::string_view(url).substr(std::min(path + 1, url.size())), host);
  git::warn_of_checks(request.settings, host);
  request.settings.headers.clear();
  if (request.settings.user_agent.empty()) request.settings.user_agent = "ddx";
  return net::exchange(request, timeouts, host);
}

}  // namespace ddx::auth
