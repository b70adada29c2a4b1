#include "cli/chooser/choice_walk.hpp"

#include <algorithm>
#include <utility>

#include "cli/chooser/hunks.hpp"

namespace ddx::cli::chooser {

namespace {

bool can_be_split(const OfferedFile& file) { return file.diff.hunks.size() > 1; }

ChosenPart part_of(const OfferedFile& file, const std::vector<bool>& taken) {
  using Take = ChosenPart::Take;
  if (std::ranges::none_of(taken, [](bool one) { return one; })) return {Take::nothing};
  if (std::ranges::all_of(taken, [](bool one) { return one; })) return {Take::everything};
  return {Take::bytes, with_hunks(file.before, file.after, file.diff.hunks, taken)};
}

}  // namespace

ChoiceWalk::ChoiceWalk(std::vector<OfferedFile> files)
    : files_(std::move(files)), taken_(files_.size(), std::vector<bool>{false}) {}

std::string_view ChoiceWalk::keys() const {
  if (hunk_) return "ynadq?";
  return can_be_split(file()) ? "ynsaq?" : "ynaq?";
}

bool ChoiceWalk::answer(char key) {
  if (key == '?' || keys().find(key) == std::string_view::npos) return false;
  if (key == 'q') {
    leave();
  } else if (hunk_) {
    answer_hunk(key);
  } else {
    answer_file(key);
  }
  return true;
}

void ChoiceWalk::answer_file(char key) {
  if (key == 's') {
    taken_[file_].assign(file().diff.hunks.size(), false);
    hunk_ = 0;
    return;
  }
  if (key == 'y') taken_[file_] = {true};
  if (key != 'a') return next_file();
  for (; !is_over(); ++file_) taken_[file_] = {true};
}

void ChoiceWalk::answer_hunk(char key) {
  if (key == 'a' || key == 'd') return take_rest_of_file(key == 'a');
  taken_[file_][*hunk_] = key == 'y';
  if (++*hunk_ == file().diff.hunks.size()) next_file();
}

void ChoiceWalk::take_rest_of_file(bool taken) {
  for (; *hunk_ < file().diff.hunks.size(); ++*hunk_) taken_[file_][*hunk_] = taken;
  next_file();
}

void ChoiceWalk::next_file() {
  hunk_.reset();
  ++file_;
}

void ChoiceWalk::leave() {
  hunk_.reset();
  file_ = files_.size();
}

std::vector<ChosenPart> ChoiceWalk::chosen() const {
  std::vector<ChosenPart> parts;
  for (std::size_t i = 0; i < files_.size(); ++i) parts.push_back(part_of(files_[i], taken_[i]));
  return parts;
}

std::string meaning_of(char key, bool of_hunk) {
  switch (key) {
    case 'y':
      return of_hunk ? "send this hunk" : "send this file";
    case 'n':
      return of_hunk ? "leave this hunk out" : "leave this file out";
    case 's':
      return "choose hunk by hunk";
    case 'a':
      return of_hunk ? "send this hunk and the rest of the file" : "send this file and all that follow";
    case 'd':
      return "leave this hunk and the rest of the file out";
    case 'q':
      return "leave this and all that follows out";
    default:
      return "explain the answers";
  }
}

}  // namespace ddx::cli::chooser
