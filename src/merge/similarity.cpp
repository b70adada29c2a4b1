#include "merge/similarity.hpp"

#include <algorithm>

#include "base/binary.hpp"

namespace ddx {

namespace {

constexpr std::uint32_t hash_range = 107'927;
constexpr std::uint32_t longest_piece = 64;

/// Rotates two words as one of 64 bits, and adds a byte at the low end of the first.
class RollingHash {
 public:
  void add(unsigned char byte) {
    const std::uint32_t before = high_;
    high_ = ((high_ << 7) ^ (low_ >> 25)) + byte;
    low_ = (low_ << 7) ^ (before >> 25);
  }
  [[nodiscard]] std::uint32_t value() const { return (high_ + low_ * 0x61) % hash_range; }

 private:
  std::uint32_t high_ = 0, low_ = 0;
};

}  // namespace

Pieces::Pieces(std::string_view bytes) : size_bytes_(bytes.size()) {
  const bool is_text = !is_binary(bytes);
  RollingHash hash;
  std::uint32_t length = 0;
  const auto end_piece = [&] {
    pieces_.push_back({hash.value(), length});
    hash = {};
    length = 0;
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (is_text && bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') continue;
    hash.add(static_cast<unsigned char>(bytes[i]));
    if (++length == longest_piece || bytes[i] == '\n') end_piece();
  }
  if (length > 0) end_piece();
  join_equal();
}

void Pieces::join_equal() {
  std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) { return a.hash < b.hash; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < pieces_.size(); ++i) {
    if (pieces_[i].hash == pieces_[kept].hash) {
      pieces_[kept].bytes += pieces_[i].bytes;
    } else {
      pieces_[++kept] = pieces_[i];
    }
  }
  if (!pieces_.empty()) pieces_.resize(kept + 1);
}

std::uint64_t Pieces::common_bytes(const Pieces& other) const {
  std::uint64_t common = 0;
  auto there = other.pieces_.begin();
  for (const Piece& here : pieces_) {
    while (there != other.pieces_.end() && there->hash < here.hash) ++there;
    if (there == other.pieces_.end()) break;
    if (there->hash == here.hash) common += std::min(here.bytes, there->bytes);
  }
  return common;
}

bool sizes_allow(std::uint64_t a, std::uint64_t b, int score) {
  const std::uint64_t larger = std::max(a, b), difference = larger - std::min(a, b);
  return larger > 0 && larger * static_cast<std::uint64_t>(full_score - score) >= difference * full_score;
}

int similarity(const Pieces& a, const Pieces& b) {
  const std::uint64_t larger = std::max(a.size_bytes(), b.size_bytes());
  if (larger == 0) return 0;
  return static_cast<int>(a.common_bytes(b) * full_score / larger);
}

}  // namespace ddx
