#include "base/wire.hpp"

#include <cstring>

namespace ddx {

WireWriter& WireWriter::number(std::uint64_t value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes_.append(raw, sizeof raw);
  return *this;
}

WireWriter& WireWriter::text(std::string_view value) {
  number(value.size());
  bytes_.append(value);
  return *this;
}

std::uint64_t WireReader::number() {
  std::uint64_t value = 0;
  if (rest_.size() < sizeof value) throw WireError();
  std::memcpy(&value, rest_.data(), sizeof value);
  rest_.remove_prefix(sizeof value);
  return value;
}

std::uint64_t WireReader::number_up_to(std::uint64_t limit) {
  const std::uint64_t value = number();
  if (value > limit) throw WireError();
  return value;
}

std::string WireReader::text() {
  const std::uint64_t size = number_up_to(rest_.size());
  if (size > rest_.size()) throw WireError();
  std::string value(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return value;
}

}  // namespace ddx
