#pragma once

#include <filesystem>

#include "ddx/host.hpp"
#include "ddx/oid.hpp"
#include "git/object_stores.hpp"
#include "git/user_settings.hpp"

namespace ddx::git {

/// `commit.gpgSign` of git's settings.
[[nodiscard]] bool wants_signatures(const UserSettings& settings);

/// Where a signed commit is made.
struct SigningPlace {
  std::filesystem::path folder;   ///< whose git settings count, the signing key's among them
  std::filesystem::path objects;  ///< holds tree and parents, and gets the commit
};

/// Makes a commit that is signed as the user's own commits are, whatever program and key that takes: by `git
/// commit-tree -S`. It may ask for a passphrase where somebody can be asked.
/// \throws Error (signing_failed) with the program's words; Interrupted
[[nodiscard]] Oid signed_commit(const CommitDraft& draft, const SigningPlace& place, Host& host);

}  // namespace ddx::git
