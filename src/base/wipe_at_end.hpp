#pragma once

#include <string>

#include "ddx/secret.hpp"

namespace ddx {

/// Wipes a string that may hold a secret at the end of a scope, also where an exception ends it.
class WipeAtEnd {
 public:
  explicit WipeAtEnd(std::string& bytes) : bytes_(bytes) {}
  WipeAtEnd(const WipeAtEnd&) = delete;
  ~WipeAtEnd() { Secret::wipe(bytes_.data(), bytes_.size()); }

 private:
  std::string& bytes_;
};

}  // namespace ddx
