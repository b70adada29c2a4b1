#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ddx {

[[nodiscard]] std::array<std::uint8_t, 32> sha256(std::string_view bytes);
/// 64 bits that tell accidental damage of a cache, nothing more; several times faster.
[[nodiscard]] std::uint64_t checksum(std::string_view bytes);
/// The same with a key that only this process knows: nobody can choose bytes whose hashes collide.
[[nodiscard]] std::uint64_t secret_hash(std::string_view bytes);
/// Lower-case hexadecimal.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace ddx
