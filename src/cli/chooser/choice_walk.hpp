#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/push.hpp"

namespace ddx::cli::chooser {

/// A walk through what may be sent, file by file and, where that is wanted, hunk by hunk. Knows what was
/// chosen and what is asked next; does nothing itself.
class ChoiceWalk {
 public:
  explicit ChoiceWalk(std::vector<OfferedFile> files);

  [[nodiscard]] bool is_over() const { return file_ == files_.size(); }
  /// What is asked about; requires that it is not over.
  [[nodiscard]] const OfferedFile& file() const { return files_[file_]; }
  /// One of its hunks; none: the file as a whole.
  [[nodiscard]] std::optional<std::size_t> hunk() const { return hunk_; }
  [[nodiscard]] std::size_t number() const { return file_ + 1; }
  [[nodiscard]] std::size_t count() const { return files_.size(); }
  /// The answers that are possible, a letter each.
  [[nodiscard]] std::string_view keys() const;

  /// \returns false if that is no answer here
  bool answer(char key);
  /// Leaves out everything that was not asked about yet.
  void leave();

  /// One a file; what was not asked about is left out.
  [[nodiscard]] std::vector<ChosenPart> chosen() const;

 private:
  void answer_file(char key);
  void answer_hunk(char key);
  void take_rest_of_file(bool taken);
  void next_file();

  std::vector<OfferedFile> files_;
  std::vector<std::vector<bool>> taken_;  ///< by file: one for it as a whole, or one a hunk
  std::size_t file_ = 0;
  std::optional<std::size_t> hunk_;
};

/// What a key means. \param of_hunk  asked about a hunk
[[nodiscard]] std::string meaning_of(char key, bool of_hunk);

}  // namespace ddx::cli::chooser
