#include "net/silence.hpp"

#include <fmt/format.h>

namespace ddx::net {

std::string silence_note(const std::string& who, std::chrono::milliseconds limit) {
  return fmt::format("'{}' is silent; waiting up to {} s for it", who,
                     std::chrono::ceil<std::chrono::seconds>(limit).count());
}

}  // namespace ddx::net
