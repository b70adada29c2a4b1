#pragma once

#include <string>
#include <string_view>

#include "ddx/secret.hpp"

namespace ddx {

/// From now on `without_secrets` hides this one, also as it looks in a URL, in JSON and, with its user name,
/// in an `Authorization` header. Shorter ones than six bytes would hide words of everyday text and are left
/// out.
void remember_secret(const std::string& username, const Secret& secret);

/// Whether a variable of this name holds a token or leads to a passphrase that ddx reads: programs that ddx
/// starts do not inherit it.
[[nodiscard]] bool is_secret_variable(std::string_view name);

/// Whether there is anything to hide by value.
[[nodiscard]] bool knows_secrets();

/// `text` with `***` for every secret that this process has loaded.
[[nodiscard]] std::string without_secrets(std::string_view text);

/// The same, and without what looks like a token of a known platform or stands before the host of a URL. For
/// messages; not for the content of files.
[[nodiscard]] std::string redacted(std::string_view text);

}  // namespace ddx
