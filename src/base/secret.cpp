#include "ddx/secret.hpp"

#include <sodium/core.h>
#include <sodium/utils.h>

#include <cstring>
#include <new>
#include <utility>

namespace ddx {

Secret::Secret(std::string_view bytes) : size_(bytes.size()) {
  if (size_ == 0) return;
  // Guarded pages, which are locked and left out of core dumps; they are wiped when they are freed.
  static const bool ready = sodium_init() >= 0;
  bytes_ = ready ? static_cast<char*>(sodium_malloc(size_)) : nullptr;
  if (bytes_ == nullptr) throw std::bad_alloc();
  std::memcpy(bytes_, bytes.data(), size_);
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

Secret::~Secret() { sodium_free(bytes_); }

void Secret::wipe(char* bytes, std::size_t size) noexcept { sodium_memzero(bytes, size); }

bool operator==(const Secret& a, const Secret& b) noexcept {
  const std::string_view left = a.reveal(), right = b.reveal();
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace ddx
