#include "auth/make_chain.hpp"

#include <iterator>

#include "auth/askpass_source.hpp"
#include "auth/chain.hpp"
#include "auth/git_source.hpp"
#include "auth/header_login.hpp"
#include "auth/netrc.hpp"
#include "auth/prompt_source.hpp"
#include "auth/stored_sources.hpp"
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
  const auto store = std::make_shared<LoginStore>(host);
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(make_header_source(folder, host));
  append(sources, explicit_sources(upstream, username, host));
  append(sources, ci_sources(host));
  sources.push_back(make_git_source(folder, host));
  sources.push_back(make_keychain_source(store, host));
  sources.push_back(make_vault_source(store, host));
  sources.push_back(make_netrc_source(upstream, username, host));
  sources.push_back(make_askpass_source(folder, username, host));
  sources.push_back(make_prompt_source(username, host));
  return std::make_unique<Chain>(std::move(sources), host);
}

std::unique_ptr<CredentialProvider> make_quiet_chain(const std::optional<Origin>& upstream,
                                                     const std::filesystem::path& folder, LoginStep step,
                                                     Host& host) {
  const std::string username = upstream ? git::credential_settings(folder, *upstream, "").username : "";
  std::vector<std::unique_ptr<Source>> sources;
  if (step == LoginStep::before_vault) {
    sources = explicit_sources(upstream, username, host);
    append(sources, ci_sources(host));
    sources.push_back(make_git_source(folder, host));
    sources.push_back(make_keychain_source(std::make_shared<LoginStore>(host), host));
  } else {
    sources.push_back(make_netrc_source(upstream, username, host));
  }
  return std::make_unique<Chain>(std::move(sources), host);
}

}  // namespace ddx::auth
