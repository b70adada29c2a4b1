#include "hosting/repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "auth/platform_api.hpp"
#include "base/text.hpp"
#include "ddx/error.hpp"
#include "hosting/encode.hpp"

namespace ddx::hosting {

namespace {

using auth::Platform;

/// Hosts that answer ssh at the port of https, and whose web pages are elsewhere.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> ssh_over_https{{
    {"ssh.github.com", "github.com"},
    {"altssh.gitlab.com", "gitlab.com"},
    {"altssh.bitbucket.org", "bitbucket.org"},
}};

std::string_view without(std::string_view text, std::string_view end) {
  if (text.ends_with(end)) text.remove_suffix(end.size());
  return text;
}

std::string_view without_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

std::optional<Origin> web_origin(const UpstreamUrl& url) {
  if (url.kind() != UpstreamUrl::Kind::ssh) return Origin::of(url);
  std::string host = fold_case(url.ssh().host);
  for (const auto& [ssh, web] : ssh_over_https)
    if (host == ssh) host = web;
  if (host.find(':') != host.npos) host = "[" + host + "]";
  return Origin{"https", std::move(host), 443};
}

/// Decoded, without slashes around it.
std::string repository_path(const UpstreamUrl& url) {
  std::string path;
  if (url.kind() == UpstreamUrl::Kind::ssh) {
    path = url.ssh().path;
  } else {
    const std::string& text = url.str();
    const std::size_t slash = text.find('/', text.find("://") + 3);
    if (slash != text.npos) path = percent_decoded(text.substr(slash)).value_or("");
  }
  const std::string_view bare = without_slashes(path);
  return std::string(without_slashes(without(bare, ".git")));
}

std::string_view api_ending(Platform platform) {
  switch (platform) {
    case Platform::github:
      return "/api/v3";
    case Platform::gitlab:
      return "/api/v4";
    case Platform::bitbucket_server:
      return "/rest/api/latest";
    case Platform::gitea:
      return "/api/v1";
    default:
      return "";
  }
}

/// What stands between an origin and the part of the interface's address that all instances have.
std::string root_in(std::string_view api_url, Platform platform) {
  const std::string_view ending = api_ending(platform);
  if (ending.empty() || !api_url.ends_with(ending)) return {};
  const std::size_t path = api_url.find('/', api_url.find("://") + 3);
  return std::string(without(api_url.substr(std::min(path, api_url.size())), ending));
}

struct Location {
  std::string root, path;
};

/// Takes what is in front of owner and name for the place where an instance lives. A group of GitLab may be
/// as deep, so that there only the interface's address tells.
Location split(const UpstreamUrl& url, Platform platform, std::string_view api_url) {
  const std::string slashed = "/" + repository_path(url);
  if (platform == Platform::gitlab) {
    const std::string root = root_in(api_url, platform);
    if (root.empty() || !slashed.starts_with(root + "/")) return {root, slashed.substr(1)};
    return {root, slashed.substr(root.size() + 1)};
  }
  if (url.kind() == UpstreamUrl::Kind::ssh) return {root_in(api_url, platform), slashed.substr(1)};
  if (const std::size_t scm = slashed.find("/scm/");
      platform == Platform::bitbucket_server && scm != slashed.npos)
    return {slashed.substr(0, scm), slashed.substr(scm + 5)};
  const std::size_t name = slashed.rfind('/');
  const std::size_t owner = name == 0 ? 0 : slashed.rfind('/', name - 1);
  return {slashed.substr(0, owner), slashed.substr(owner + 1)};
}

constexpr std::array<std::string_view, 5> public_services{"github.com", "gitlab.com", "bitbucket.org",
                                                          "codeberg.org", "gitea.com"};

/// Whether it is a service with one address for all, where nothing lives below a path.
bool is_public_service(const Origin& origin) {
  return origin.host.ends_with(".ghe.com") || std::ranges::count(public_services, origin.host) > 0;
}

std::string told_interface(Host& host) {
  std::string api = host.environment("DDX_API_URL").value_or("");
  if (!api.empty() && !api.starts_with("https://") && !api.starts_with("http://"))
    throw Error(ErrorCode::usage, fmt::format("'{}' in DDX_API_URL is not a URL of https", printable(api)),
                {{Recovery::see_help, "auth"}});
  return api;
}

bool is_interface_of(const std::string& api, Platform platform, const Origin& origin) {
  const auto at = [](const std::string& url) { return Origin::of(UpstreamUrl::parse(url + "/")); };
  const std::optional<Origin> told = at(api);
  return told == origin || told == at(auth::api_base(platform, origin));
}

std::string path_of(const Repository& repository, std::string_view in_front) {
  return fmt::format("{}/{}", in_front, encoded_path(repository.full_name()));
}

std::string http_path(const Repository& repository) {
  const std::string scm = repository.platform == Platform::bitbucket_server ? "/scm" : "";
  return repository.root + path_of(repository, scm);
}

auto key_of(const Repository& repository) {
  return std::tuple(repository.platform, repository.origin, repository.root, fold_case(repository.owner),
                    fold_case(repository.name));
}

}  // namespace

Repository Repository::sibling(std::string its_owner, std::string its_name) const {
  Repository other = *this;
  other.owner = std::move(its_owner);
  other.name = std::move(its_name);
  return other;
}

bool operator==(const Repository& a, const Repository& b) { return key_of(a) == key_of(b); }

std::optional<Repository> parse_repository(const UpstreamUrl& url, Platform platform,
                                           std::string_view api_url) {
  std::optional<Origin> origin = web_origin(url);
  if (!origin) return std::nullopt;
  while (api_url.ends_with('/')) api_url.remove_suffix(1);
  const auto [root, path] = split(url, platform, api_url);
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos || slash == 0 || slash + 1 == path.size()) return std::nullopt;
  Repository repository{platform, *origin, root, path.substr(0, slash), path.substr(slash + 1), {}};
  const bool has_groups = repository.owner.find('/') != repository.owner.npos;
  if (has_groups && platform != Platform::gitlab) return std::nullopt;
  if (is_public_service(*origin) && !root.empty()) return std::nullopt;
  if (api_url.empty()) {
    const std::string base = auth::api_base(platform, *origin);
    const std::string_view before = without(base, api_ending(platform));
    repository.api = std::string(before) + repository.root + base.substr(before.size());
  } else {
    repository.api = api_url;
  }
  return repository;
}

std::optional<Repository> locate(const UpstreamUrl& url, Host& host) {
  const std::optional<Origin> origin = web_origin(url);
  if (!origin) return std::nullopt;
  std::string api = told_interface(host);
  const bool is_public = is_public_service(*origin);
  const Platform platform = is_public ? auth::platform_of(*origin, {}) : auth::detect_platform(*origin, host);
  if (platform == Platform::unknown) return std::nullopt;
  if (is_public && !api.empty() && !is_interface_of(api, platform, *origin)) {
    host.events.warning(fmt::format(
        "DDX_API_URL names '{}', which is no interface of '{}': it is not used here, and no token "
        "is sent there; set it only for the server that it belongs to",
        printable(api), origin->host_and_port()));
    api.clear();
  }
  return parse_repository(url, platform, api);
}

std::string web_url(const Repository& repository) {
  const std::string base = repository.origin.str() + repository.root;
  if (repository.platform != Platform::bitbucket_server) return base + path_of(repository, "");
  const bool is_personal = repository.owner.starts_with('~');
  return fmt::format("{}/{}/{}/repos/{}", base, is_personal ? "users" : "projects",
                     encoded(std::string_view(repository.owner).substr(is_personal ? 1 : 0)),
                     encoded(repository.name));
}

std::string clone_url_like(const Repository& repository, const UpstreamUrl& like) {
  const std::string& text = like.str();
  const std::string_view bare =
      text.ends_with('/') ? std::string_view(text).substr(0, text.size() - 1) : text;
  const std::string_view ending = bare.ends_with(".git") ? ".git" : "";
  const std::size_t scheme_end = text.find("://");
  if (like.kind() != UpstreamUrl::Kind::ssh)
    return fmt::format("{}{}{}", text.substr(0, text.find('/', scheme_end + 3)), http_path(repository),
                       ending);
  if (scheme_end != text.npos)
    return fmt::format("{}{}{}", text.substr(0, text.find('/', scheme_end + 3)), path_of(repository, ""),
                       ending);
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == text.npos ? 0 : bracket);
  return fmt::format("{}:{}{}", text.substr(0, colon), repository.full_name(), ending);
}

}  // namespace ddx::hosting
