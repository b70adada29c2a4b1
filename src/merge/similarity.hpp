#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace ddx {

/// What a file is made of, for telling how much two files have in common: its lines, in pieces of at most 64
/// bytes, each by a hash. The same pieces and hashes as in git's rename detection, so that it finds the same
/// renames.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes);

  /// Of the whole file.
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  /// How many bytes of `other` may have been copied from here.
  [[nodiscard]] std::uint64_t common_bytes(const Pieces& other) const;

 private:
  struct Piece {
    std::uint32_t hash = 0;
    std::uint32_t bytes = 0;  ///< of all pieces with this hash
  };
  void join_equal();

  std::vector<Piece> pieces_;  ///< sorted by hash
  std::uint64_t size_bytes_ = 0;
};

/// git counts similarity in these, not in percent.
inline constexpr int full_score = 60'000;

/// Whether two files of these sizes can reach a score at all.
[[nodiscard]] bool sizes_allow(std::uint64_t a, std::uint64_t b, int score);

/// How alike two files are, from 0 to `full_score`: common bytes against the larger size.
[[nodiscard]] int similarity(const Pieces& a, const Pieces& b);

}  // namespace ddx
