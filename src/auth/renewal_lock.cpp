#include "auth/renewal_lock.hpp"

#include <system_error>

#include "auth/private_folder.hpp"
#include "auth/vault.hpp"
#include "ddx/error.hpp"
#include "platform/wait_for_lock.hpp"

namespace ddx::auth {

namespace {

/// Two names that become the same share a lock, which does no harm.
std::string file_name(const Origin& origin) {
  constexpr std::size_t longest = 200;
  std::string name = "renew-" + origin.host + "-" + std::to_string(origin.port);
  for (char& c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) c = '_';
  return name.substr(0, longest) + ".lock";
}

}  // namespace

RenewalLock::RenewalLock(const Origin& origin, Host& host) {
  try {
    const Directory folder = make_private_folder(Vault::default_file(host).parent_path(), host.files);
    held_ = wait_for_lock(folder, file_name(origin), host);
    is_taken_by_another_ = !held_;
  } catch (const std::system_error&) {
    // A home that cannot be written to, or locked in: the login has to work there too.
  } catch (const Error& failure) {
    if (failure.code() != ErrorCode::no_credential_store) throw;
  }
}

}  // namespace ddx::auth
