#include "base/binary.hpp"

namespace ddx {

namespace {

constexpr std::size_t probed_bytes = 8000;  // git's FIRST_FEW_BYTES, in xdiff-interface.c

}  // namespace

bool is_binary(std::string_view bytes) {
  return bytes.substr(0, probed_bytes).find('\0') != std::string_view::npos;
}

}  // namespace ddx
