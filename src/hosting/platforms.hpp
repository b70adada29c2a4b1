#pragma once

#include <memory>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "hosting/service.hpp"

namespace ddx::hosting {

/// What `connect` makes of each platform. Parameters and errors are its.
std::unique_ptr<Service> connect_github(const Repository&, CredentialProvider&, Host&, const ServiceOptions&);
std::unique_ptr<Service> connect_gitlab(const Repository&, CredentialProvider&, Host&, const ServiceOptions&);
std::unique_ptr<Service> connect_bitbucket_cloud(const Repository&, CredentialProvider&, Host&,
                                                 const ServiceOptions&);
std::unique_ptr<Service> connect_bitbucket_server(const Repository&, CredentialProvider&, Host&,
                                                  const ServiceOptions&);
std::unique_ptr<Service> connect_gitea(const Repository&, CredentialProvider&, Host&, const ServiceOptions&);

}  // namespace ddx::hosting
