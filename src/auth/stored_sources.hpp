#pragma once

#include <memory>

#include "auth/login_store.hpp"
#include "auth/source.hpp"

namespace ddx::auth {

/// What `ddx auth login` has put into the keychain. A token that has expired is renewed where it can be.
[[nodiscard]] std::unique_ptr<Source> make_keychain_source(std::shared_ptr<LoginStore> store, Host& host);
/// The same for the vault, whose passphrase is only asked for where it has a login for the host.
[[nodiscard]] std::unique_ptr<Source> make_vault_source(std::shared_ptr<LoginStore> store, Host& host);

}  // namespace ddx::auth
