#pragma once

#include <optional>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "platform/files.hpp"

namespace ddx::auth {

/// Held while the login for one server is renewed, by one of the user's processes at a time. It is a file
/// beside the vault; where none can be made there is no lock.
class RenewalLock {
 public:
  /// Waits for another process as long as the host has patience. \throws Interrupted
  RenewalLock(const Origin& origin, Host& host);

  [[nodiscard]] bool is_taken_by_another() const { return is_taken_by_another_; }

 private:
  std::optional<Descriptor> held_;
  bool is_taken_by_another_ = false;
};

}  // namespace ddx::auth
