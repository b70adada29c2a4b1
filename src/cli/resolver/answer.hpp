#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ddx::cli::resolver {

/// What the user may answer about a conflict.
enum class Answer {
  mine,
  theirs,
  both,
  base,
  edit,
  edit_file,
  tool,
  remembered,
  whole_file,  ///< the next side is for all hunks of the file
  view,
  skip,
  back,
  undo,
  abort,
  quit,
  help,
};

struct AnswerName {
  Answer answer;
  std::string_view key, word, meaning;
};

/// All answers, in the order in which help shows them.
[[nodiscard]] const std::vector<AnswerName>& answer_names();

/// The answer for a key, as `Console::read_key` gives it. The end of input (Ctrl-D) means `quit`.
[[nodiscard]] std::optional<Answer> answer_of_key(std::string_view key);
/// The answer for a line: a word or its beginning, where that is enough, or a key.
[[nodiscard]] std::optional<Answer> answer_of_line(std::string_view line);

}  // namespace ddx::cli::resolver
