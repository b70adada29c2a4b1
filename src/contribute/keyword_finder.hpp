#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ddx {

/// Tells which of many words are in a text, in one pass over it, whatever the case of ASCII letters. \see
/// "Efficient string matching: an aid to bibliographic search" by Alfred V. Aho and Margaret J. Corasick
class KeywordFinder {
 public:
  explicit KeywordFinder(const std::vector<std::string>& words);

  /// A flag for each word, in their order. An empty word is everywhere.
  [[nodiscard]] std::vector<bool> found_in(std::string_view text) const;

 private:
  using State = std::uint32_t;
  [[nodiscard]] State& next(State state, std::uint8_t letter) { return next_[state * letters_ + letter]; }
  [[nodiscard]] State next(State state, std::uint8_t letter) const {
    return next_[state * letters_ + letter];
  }
  State add_state();
  void number_letters(const std::vector<std::string>& words);
  void add_word(const std::string& word, std::uint32_t index);
  void complete();

  std::size_t words_;
  std::array<std::uint8_t, 256> letter_of_{};  ///< 0: in no word
  std::size_t letters_ = 1;
  std::vector<State> next_;
  std::vector<std::vector<std::uint32_t>> words_at_;  ///< those that end in a state
  std::vector<std::uint32_t> empty_;
};

}  // namespace ddx
