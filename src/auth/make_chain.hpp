#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "auth/source.hpp"
#include "ddx/credential.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// All sources of credentials, in the order in which they are asked: explicit ones, those of a build system,
/// git's helpers, the keychain, the vault, netrc, an askpass program, a person. A login in git's
/// `http.extraHeader` went before. \param upstream  the configured one, the only that `DDX_TOKEN` is for;
/// none without a project \param folder    where git's settings are read: the project's root \param host
/// outlives the chain
[[nodiscard]] std::unique_ptr<CredentialProvider> make_chain(const std::optional<Origin>& upstream,
                                                             const std::filesystem::path& folder, Host& host);

enum class LoginStep { before_vault, after_vault };

/// The sources before or after the vault that nobody has to be asked for, to say what there is. Whoever holds
/// a `host` with a person in it gives a copy without.
[[nodiscard]] std::unique_ptr<CredentialProvider> make_quiet_chain(const std::optional<Origin>& upstream,
                                                                   const std::filesystem::path& folder,
                                                                   LoginStep step, Host& host);

}  // namespace ddx::auth
