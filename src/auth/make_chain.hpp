#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "auth/source.hpp"
#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "git/user_settings.hpp"

namespace ddx::auth {

/// Whom credentials are looked up for, and where.
struct ChainScope {
  std::optional<Origin> upstream;  ///< where a pull goes, the only that `DDX_TOKEN` is for; none: no project
  std::filesystem::path folder;    ///< the project's root
  std::shared_ptr<const git::UserSettings> settings = {};  ///< of git for that folder; null: read here
  /// What `Host::token` is for, where `url.insteadOf` has a pull go elsewhere; none: the upstream.
  std::optional<Origin> token_origin = {};
};

/// All sources of credentials, in the order in which they are asked: explicit ones, those of a build system,
/// git's helpers, the keychain, the vault, netrc, an askpass program, a person. A login in git's
/// `http.extraHeader` went before. \param host  outlives the chain
[[nodiscard]] std::unique_ptr<CredentialProvider> make_chain(const ChainScope& scope, Host& host);

enum class LoginStep { before_vault, after_vault };

/// The sources before or after the vault that nobody has to be asked for, to say what there is. Whoever holds
/// a `host` with a person in it gives a copy without.
[[nodiscard]] std::unique_ptr<CredentialProvider> make_quiet_chain(const ChainScope& scope, LoginStep step,
                                                                   Host& host);

}  // namespace ddx::auth
