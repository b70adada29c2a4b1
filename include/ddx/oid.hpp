#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ddx {

/// The id of a git object: 20 bytes of SHA-1. The null id (all zero) means "none", as in git.
class Oid {
 public:
  constexpr Oid() = default;
  explicit Oid(const std::array<std::uint8_t, 20>& bytes) : bytes_(bytes) {}

  /// \returns nothing if `text` is not exactly 40 hexadecimal digits
  static std::optional<Oid> parse(std::string_view text);

  [[nodiscard]] std::string str() const;
  /// The first ten digits, for people.
  [[nodiscard]] std::string short_str() const;
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] const std::array<std::uint8_t, 20>& bytes() const { return bytes_; }

  friend auto operator<=>(const Oid&, const Oid&) = default;

 private:
  std::array<std::uint8_t, 20> bytes_{};
};

}  // namespace ddx

template <>
struct std::hash<ddx::Oid> {
  std::size_t operator()(const ddx::Oid& id) const noexcept;
};
