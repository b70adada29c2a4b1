#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "platform/random.hpp"

namespace ddx {

std::array<std::byte, 10> random_bytes() {
  std::array<std::byte, 10> bytes{};
  if (getentropy(bytes.data(), bytes.size()) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot get random bytes");
  return bytes;
}

}  // namespace ddx
