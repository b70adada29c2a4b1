#include "cli/resolver/answer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ddx::cli::resolver {

const std::vector<AnswerName>& answer_names() {
  static const std::vector<AnswerName> names{
      {Answer::mine, "m", "mine", "take your lines"},
      {Answer::theirs, "t", "theirs", "take upstream's lines"},
      {Answer::both, "b", "both", "take both, yours first"},
      {Answer::base, "o", "original", "take what both sides began with"},
      {Answer::whole_file, "f", "file", "the next answer is for all conflicts of this file"},
      {Answer::edit, "e", "edit", "write the lines yourself, in your editor"},
      {Answer::edit_file, "E", "edit file", "edit the whole file"},
      {Answer::tool, "T", "tool", "let the configured merge tool work on the file"},
      {Answer::remembered, "r", "remembered", "resolve the file as the same conflict was resolved before"},
      {Answer::view, "v", "view", "one below the other, or side by side"},
      {Answer::skip, "s", "skip", "leave it open, go on with the next"},
      {Answer::back, "p", "previous", "go back to the one before"},
      {Answer::undo, "u", "undo", "take the last answer back"},
      {Answer::quit, "q", "quit", "leave; what was decided stays, and you can go on later"},
      {Answer::abort, "a", "abort", "give the pull up, back to the state before it (asks first)"},
      {Answer::help, "?", "help", "show this"},
  };
  return names;
}

std::optional<Answer> answer_of_key(std::string_view key) {
  if (key == "\x04") return Answer::quit;
  for (const AnswerName& name : answer_names()) {
    if (name.key == key) return name.answer;
  }
  return std::nullopt;
}

std::optional<Answer> answer_of_line(std::string_view line) {
  if (line.size() == 1) return answer_of_key(line);
  const std::string word = fold_case(line);
  std::vector<Answer> meant;
  for (const AnswerName& name : answer_names()) {
    if (name.word == word) return name.answer;
    if (!word.empty() && name.word.starts_with(word)) meant.push_back(name.answer);
  }
  if (meant.size() != 1) return std::nullopt;
  return meant.front();
}

}  // namespace ddx::cli::resolver
