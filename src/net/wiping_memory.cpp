#include "net/wiping_memory.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "ddx/error.hpp"
#include "ddx/secret.hpp"

namespace ddx::net {

namespace {

/// In front of every block stands its size.
constexpr std::size_t front = alignof(std::max_align_t);

std::size_t size_of(void* block) {
  std::size_t size = 0;
  std::memcpy(&size, static_cast<char*>(block) - front, sizeof size);
  return size;
}

void* take(std::size_t size) {
  if (size > SIZE_MAX - front) return nullptr;
  char* const raw = static_cast<char*>(std::malloc(front + size));
  if (raw == nullptr) return nullptr;
  std::memcpy(raw, &size, sizeof size);
  return raw + front;
}

void give_back(void* block) {
  if (block == nullptr) return;
  Secret::wipe(static_cast<char*>(block), size_of(block));
  std::free(static_cast<char*>(block) - front);
}

void* take_zeroed(std::size_t count, std::size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return nullptr;
  void* const block = take(count * size);
  if (block != nullptr) std::memset(block, 0, count * size);
  return block;
}

void* take_other(void* block, std::size_t size) {
  void* const other = take(size);
  if (other == nullptr || block == nullptr) return other;
  std::memcpy(other, block, std::min(size, size_of(block)));
  give_back(block);
  return other;
}

char* copy(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* const block = take(size);
  if (block != nullptr) std::memcpy(block, text, size);
  return static_cast<char*>(block);
}

}  // namespace

void start_curl() {
  static const CURLcode started =
      curl_global_init_mem(CURL_GLOBAL_DEFAULT, take, give_back, take_other, copy, take_zeroed);
  if (started != CURLE_OK) throw Error(ErrorCode::internal, "cannot start the network library");
}

}  // namespace ddx::net
