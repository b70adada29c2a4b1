#include "contribute/outgoing.hpp"

#include <memory>
#include <utility>

namespace ddx {

OutgoingVersion outgoing_bytes(std::string bytes, Mode mode) {
  const auto held = std::make_shared<const std::string>(std::move(bytes));
  return {mode, held->size(), [held] { return *held; }};
}

}  // namespace ddx
