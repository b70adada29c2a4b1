#include "contribute/keyword_finder.hpp"

#include <deque>

namespace ddx {

namespace {

unsigned char lower(char byte) {
  return static_cast<unsigned char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

}  // namespace

KeywordFinder::KeywordFinder(const std::vector<std::string>& words) : words_(words.size()) {
  number_letters(words);
  add_state();
  for (std::uint32_t index = 0; index < words.size(); ++index) {
    if (words[index].empty()) empty_.push_back(index);
    add_word(words[index], index);
  }
  complete();
}

void KeywordFinder::number_letters(const std::vector<std::string>& words) {
  for (const std::string& word : words)
    for (const char byte : word)
      if (letter_of_[lower(byte)] == 0 && letters_ < 256)
        letter_of_[lower(byte)] = static_cast<std::uint8_t>(letters_++);
  for (char byte = 'A'; byte <= 'Z'; ++byte)
    letter_of_[static_cast<unsigned char>(byte)] = letter_of_[lower(byte)];
}

KeywordFinder::State KeywordFinder::add_state() {
  next_.resize(next_.size() + letters_, 0);
  words_at_.emplace_back();
  return static_cast<State>(words_at_.size() - 1);
}

void KeywordFinder::add_word(const std::string& word, std::uint32_t index) {
  State state = 0;
  for (const char byte : word) {
    const std::uint8_t letter = letter_of_[lower(byte)];
    if (next(state, letter) == 0) {
      const State added = add_state();
      next(state, letter) = added;
    }
    state = next(state, letter);
  }
  if (state != 0) words_at_[state].push_back(index);
}

/// From every state a letter that goes on in no word leads where the longest end of what was read does.
void KeywordFinder::complete() {
  std::vector<State> shorter(words_at_.size(), 0);
  std::deque<State> open{0};
  while (!open.empty()) {
    const State state = open.front();
    open.pop_front();
    for (std::size_t i = 1; i < letters_; ++i) {
      const auto letter = static_cast<std::uint8_t>(i);
      const State fallback = state == 0 ? 0 : next(shorter[state], letter);
      if (const State child = next(state, letter); child == 0) {
        next(state, letter) = fallback;
      } else {
        shorter[child] = fallback;
        const auto& also = words_at_[fallback];
        words_at_[child].insert(words_at_[child].end(), also.begin(), also.end());
        open.push_back(child);
      }
    }
  }
}

std::vector<bool> KeywordFinder::found_in(std::string_view text) const {
  std::vector<char> seen(words_at_.size(), 0);
  State state = 0;
  for (const char byte : text) {
    state = next(state, letter_of_[static_cast<unsigned char>(byte)]);
    seen[state] = 1;
  }
  std::vector<bool> found(words_, false);
  for (const std::uint32_t index : empty_) found[index] = true;
  for (State at = 0; at < seen.size(); ++at)
    if (seen[at] != 0)
      for (const std::uint32_t index : words_at_[at]) found[index] = true;
  return found;
}

}  // namespace ddx
