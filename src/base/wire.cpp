#include "base/wire.hpp"

#include <algorithm>
#include <cstring>

#include "ddx/secret.hpp"

namespace ddx {

WireWriter& WireWriter::operator=(WireWriter&& other) noexcept {
  bytes_.swap(other.bytes_);
  return *this;
}

WireWriter::~WireWriter() { Secret::wipe(bytes_.data(), bytes_.size()); }

void WireWriter::append(std::string_view more) {
  if (bytes_.capacity() - bytes_.size() < more.size()) {
    std::string larger;
    larger.reserve(std::max(2 * bytes_.capacity(), bytes_.size() + more.size()));
    larger = bytes_;
    bytes_.swap(larger);
    Secret::wipe(larger.data(), larger.size());
  }
  bytes_ += more;
}

WireWriter& WireWriter::number(std::uint64_t value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  append({raw, sizeof raw});
  return *this;
}

WireWriter& WireWriter::text(std::string_view value) {
  number(value.size());
  append(value);
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
