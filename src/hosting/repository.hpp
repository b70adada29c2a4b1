#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/platform.hpp"
#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "ddx/upstream_url.hpp"

namespace ddx::hosting {

/// A repository as its hosting platform knows it.
struct Repository {
  auth::Platform platform = auth::Platform::unknown;
  Origin origin;      ///< of the web pages; credentials are for it
  std::string root;   ///< where on the origin the platform is: empty, or `/git`
  std::string owner;  ///< user or organization; a path of groups at GitLab; a project's key or `~user` at
                      ///< Bitbucket Data Center
  std::string name;
  std::string api;  ///< where the REST interface is, without a slash at the end

  /// `owner/name`
  [[nodiscard]] std::string full_name() const { return owner + "/" + name; }
  /// Another one on the same platform.
  [[nodiscard]] Repository sibling(std::string its_owner, std::string its_name) const;

  /// Platforms tell no letters by their case here.
  friend bool operator==(const Repository& a, const Repository& b);
};

/// Reads a URL of any form. For ssh the web pages are taken to be at the host's `https`.
/// \param api_url  where the REST interface is, if it was told: it shows an instance below a sub-path
/// \returns nothing for a local path and for one that does not have an owner and a name
[[nodiscard]] std::optional<Repository> parse_repository(const UpstreamUrl& url, auth::Platform platform,
                                                         std::string_view api_url = {});

/// The same for whatever platform it is: `DDX_PLATFORM` says it, the host's name does, or what it answers to
/// one request. `DDX_API_URL` says where the interface is. A public service is what its name says, and has no
/// interface but its own: a warning tells where another one is named.
/// \returns nothing as above, and if the platform stays unknown
/// \throws Error (usage) for values of these variables that mean nothing; Interrupted
[[nodiscard]] std::optional<Repository> locate(const UpstreamUrl& url, Host& host);

[[nodiscard]] std::string web_url(const Repository& repository);

/// A clone URL in the form of another one: its scheme, user, host, port and ending.
/// \param like  of a repository on the same platform
[[nodiscard]] std::string clone_url_like(const Repository& repository, const UpstreamUrl& like);

}  // namespace ddx::hosting
