#pragma once

#include <filesystem>
#include <random>
#include <string>

namespace ddx::test {

/// Makes and edits folders at random, the same way for the same seed: text of all sizes, binaries, links,
/// modes, renames, deletions, files and folders that trade places.
class RandomEdits {
 public:
  explicit RandomEdits(unsigned seed) : random_(seed) {}

  void fill(const std::filesystem::path& root);
  /// \returns whether a file was renamed
  bool edit(const std::filesystem::path& root);
  [[nodiscard]] int below(int limit);

 private:
  std::string line();
  std::string text();
  std::string binary();
  std::filesystem::path name();
  void write_new(const std::filesystem::path& file);
  void change_text(const std::filesystem::path& file);
  bool rename(const std::filesystem::path& root, const std::filesystem::path& file);

  std::mt19937 random_;
};

}  // namespace ddx::test
