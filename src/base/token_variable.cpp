#include "base/token_variable.hpp"

namespace ddx {

std::string token_variable(const std::string& host_and_port) {
  std::string name = "DDX_TOKEN_";
  for (const char c : host_and_port) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (lower || kept) {
      name += lower ? static_cast<char>(c - 'a' + 'A') : c;
    } else {
      name += c == '.' || c == ':' ? "_" : c == '-' ? "__" : "___";
    }
  }
  return name;
}

}  // namespace ddx
