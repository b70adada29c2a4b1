#include "hosting/platforms.hpp"

namespace ddx::hosting {

std::unique_ptr<Service> connect(const Repository& upstream, CredentialProvider& credentials, Host& host,
                                 const ServiceOptions& options) {
  using auth::Platform;
  switch (upstream.platform) {
    case Platform::github:
      return connect_github(upstream, credentials, host, options);
    case Platform::gitlab:
      return connect_gitlab(upstream, credentials, host, options);
    case Platform::bitbucket_cloud:
      return connect_bitbucket_cloud(upstream, credentials, host, options);
    case Platform::bitbucket_server:
      return connect_bitbucket_server(upstream, credentials, host, options);
    case Platform::gitea:
      return connect_gitea(upstream, credentials, host, options);
    case Platform::unknown:
      break;
  }
  return nullptr;
}

}  // namespace ddx::hosting
