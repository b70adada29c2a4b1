#include "ddx/error.hpp"

#include <fmt/format.h>

namespace ddx {

Error Error::with(Aftermath aftermath) const {
  return Error(code_, what(), steps_, aftermath).with_details(details_);
}

Error Error::with_details(std::vector<std::string> details) const {
  Error result = *this;
  result.details_ = std::move(details);
  return result;
}

Error Error::with_step(NextStep step) const {
  Error result = *this;
  result.steps_.push_back(std::move(step));
  return result;
}

std::string code_name(ErrorCode code) { return fmt::format("DDX-{:04}", static_cast<int>(code)); }

int exit_code(ErrorCode code) noexcept {
  switch (static_cast<int>(code) / 1000) {
    case 0:
      return 70;
    case 1:
      return 10;
    default:
      return static_cast<int>(code) / 1000;
  }
}

}  // namespace ddx
