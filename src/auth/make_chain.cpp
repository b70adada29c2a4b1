#include "auth/make_chain.hpp"

#include <iterator>

#include "auth/chain.hpp"
#include "auth/variables.hpp"
#include "git/credential_settings.hpp"

namespace ddx::auth {

namespace {

void append(std::vector<std::unique_ptr<Source>>& all, std::vector<std::unique_ptr<Source>> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

std::unique_ptr<CredentialProvider> make_chain(const std::optional<Origin>& upstream,
                                               const std::filesystem::path& folder, Host& host) {
  const std::string username = upstream ? git::credential_settings(folder, *upstream, "").username : "";
  std::vector<std::unique_ptr<Source>> sources = explicit_sources(upstream, username, host);
  append(sources, ci_sources(host));
  return std::make_unique<Chain>(std::move(sources), host);
}

}  // namespace ddx::auth
