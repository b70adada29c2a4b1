#pragma once

#include <random>
#include <string>
#include <vector>

namespace ddx::test {

struct Texts {
  std::string base, ours, theirs;
};

/// Three texts with a common origin, of many shapes: hunks meet, repeat and agree, blocks move, lines are
/// rare or everywhere, line ends differ, the last one is missing.
class RandomTexts {
 public:
  explicit RandomTexts(unsigned seed) : random_(seed) {}
  [[nodiscard]] Texts make();
  /// Half as many lines, up to half more; common ones all over the place, and so different that the diff has
  /// to take short cuts.
  [[nodiscard]] Texts make_large(std::size_t size);

 private:
  using Text = std::vector<std::string>;
  enum class Shape { words, two_lines, code, crowded, mixture, strangers };

  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool chance(std::size_t of) { return below(of) == 0; }
  std::string line();
  Text lines(std::size_t count);
  void edit(Text& text);
  void replace(Text& text);
  void move_block(Text& text);
  void copy_block(Text& text);
  std::string joined(const Text& text, bool crlf);

  Text rewritten(const Text& text);

  std::mt19937 random_;
  Shape shape_ = Shape::words;
  int strangers_ = 0;
};

}  // namespace ddx::test
