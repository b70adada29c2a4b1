#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ddx {

/// Bytes that nobody but their receiver may see: a token, a password. They are wiped when they go, stay out
/// of core dumps where the system can do that, and reach no stream, log or format string by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes);
  Secret(const Secret& other) : Secret(other.reveal()) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();

  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// To be handed on at once; whoever copies it into a string wipes that (`Secret::wipe`).
  [[nodiscard]] std::string_view reveal() const { return {bytes_, size_}; }

  /// Overwrites memory in a way that no compiler leaves out.
  static void wipe(char* bytes, std::size_t size) noexcept;

 private:
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

/// In constant time.
[[nodiscard]] bool operator==(const Secret& a, const Secret& b) noexcept;

}  // namespace ddx
