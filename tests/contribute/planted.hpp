#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ddx::test {

inline constexpr std::string_view hex = "0123456789abcdef";
inline constexpr std::string_view digits = "0123456789";
inline constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
inline constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view url64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// Makes what looks like secrets, so that this repository holds none: random, and the same in every run.
class Planter {
 public:
  explicit Planter(unsigned seed = 1) : random_(seed) {}
  std::string some(std::string_view alphabet, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += alphabet[random_() % alphabet.size()];
    return text;
  }

 private:
  std::mt19937 random_;
};

/// A text with a secret, the secret, and the rule that has to find it.
struct Planted {
  std::string rule, text, secret;
};

/// One or more for every rule that ddx comes with.
std::vector<Planted> plant_all(unsigned seed);

/// What stands for a secret, or only looks like one.
std::vector<std::string> harmless_lines();

}  // namespace ddx::test
