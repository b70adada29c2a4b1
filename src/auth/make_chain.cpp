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

using Settings = std::shared_ptr<const git::UserSettings>;

Settings settings_of(const ChainScope& scope, const Host& host) {
  if (scope.settings) return scope.settings;
  return std::make_shared<git::UserSettings>(git::UserSettings::open(scope.folder, host));
}

std::string username_of(const ChainScope& scope, const git::UserSettings& settings) {
  return scope.upstream ? git::credential_settings(settings, *scope.upstream, "").username : "";
}

std::vector<std::unique_ptr<Source>> given_sources(const ChainScope& scope, const std::string& username,
                                                   Host& host) {
  const auto& token_origin = scope.token_origin ? scope.token_origin : scope.upstream;
  return explicit_sources(scope.upstream, token_origin, username, host);
}

}  // namespace

std::unique_ptr<CredentialProvider> make_chain(const ChainScope& scope, Host& host) {
  const Settings settings = settings_of(scope, host);
  const std::string username = username_of(scope, *settings);
  const auto store = std::make_shared<LoginStore>(host);
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(make_header_source(settings));
  append(sources, given_sources(scope, username, host));
  append(sources, ci_sources(host));
  sources.push_back(make_git_source(scope.folder, settings, host));
  sources.push_back(make_keychain_source(store, host));
  sources.push_back(make_vault_source(store, host));
  sources.push_back(make_netrc_source(scope.upstream, username, host));
  sources.push_back(make_askpass_source(scope.folder, askpass_program(*settings, host), username, host));
  sources.push_back(make_prompt_source(username, host));
  return std::make_unique<Chain>(std::move(sources), host);
}

std::unique_ptr<CredentialProvider> make_quiet_chain(const ChainScope& scope, LoginStep step, Host& host) {
  const Settings settings = settings_of(scope, host);
  const std::string username = username_of(scope, *settings);
  std::vector<std::unique_ptr<Source>> sources;
  if (step == LoginStep::before_vault) {
    sources = given_sources(scope, username, host);
    append(sources, ci_sources(host));
    sources.push_back(make_git_source(scope.folder, settings, host));
    sources.push_back(make_keychain_source(std::make_shared<LoginStore>(host), host));
  } else {
    sources.push_back(make_netrc_source(scope.upstream, username, host));
  }
  return std::make_unique<Chain>(std::move(sources), host);
}

}  // namespace ddx::auth
