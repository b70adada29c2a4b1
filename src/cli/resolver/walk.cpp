#include "cli/resolver/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ddx::cli::resolver {

namespace {

using Take = HunkChoice::Take;
using Kind = Step::Kind;

std::string lines_of(const MarkedHunk& hunk, const HunkChoice& choice) {
  switch (choice.take) {
    case Take::open:
      return hunk.marked;
    case Take::mine:
      return hunk.ours;
    case Take::theirs:
      return hunk.theirs;
    case Take::both:
      return hunk.ours + hunk.theirs;
    case Take::base:
      return hunk.base.value_or(hunk.marked);
    case Take::edited:
      return choice.edited;
  }
  return hunk.marked;
}

Resolution resolution_of(Take take) {
  switch (take) {
    case Take::mine:
      return Resolution::mine;
    case Take::theirs:
      return Resolution::theirs;
    case Take::both:
      return Resolution::union_of_both;
    case Take::base:
      return Resolution::base;
    case Take::open:
    case Take::edited:
      break;
  }
  return Resolution::edited;
}

bool is_open(const HunkChoice& choice) { return choice.take == Take::open; }

bool is_complete(const Stop& stop) {
  if (!stop.detail) return false;
  if (stop.unsaved) return std::none_of(stop.choices.begin(), stop.choices.end(), is_open);
  return !stop.detail->pending.decided.empty();
}

/// "resolved 'a.md' hunk by hunk (1 yours, 2 upstream's)"
std::string words_for(const Stop& stop) {
  static const std::vector<std::pair<Take, std::string>> names{{Take::mine, "yours"},
                                                               {Take::theirs, "upstream's"},
                                                               {Take::both, "both"},
                                                               {Take::base, "original"},
                                                               {Take::edited, "edited"}};
  std::string counts;
  for (const auto& [take, name] : names) {
    const auto count = std::count_if(stop.choices.begin(), stop.choices.end(),
                                     [&](const HunkChoice& choice) { return choice.take == take; });
    if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, name);
  }
  return fmt::format("resolved '{}' hunk by hunk ({})", stop.path.str(), counts);
}

/// Whether a marker line of the hunk is still a line of the text.
bool keeps_markers(const std::string& text, const MarkedHunk& hunk) {
  const std::string opening = hunk.marked.substr(0, hunk.marked.find('\n') + 1);
  const std::size_t last = hunk.marked.rfind('\n', hunk.marked.size() - 2) + 1;
  const std::string closing = hunk.marked.substr(last);
  const std::string lines = "\n" + text;
  return lines.find("\n" + opening) != std::string::npos || lines.find("\n" + closing) != std::string::npos;
}

}  // namespace

Walk::Walk(std::vector<RelPath> paths, render::View view) : view_(view) {
  for (RelPath& path : paths) stops_.push_back({std::move(path), std::nullopt, {}});
  step_.kind = stops_.empty() ? Kind::leave : Kind::look;
  target_ = Target{0, std::nullopt};
}

std::string Walk::take_message() { return std::exchange(message_, {}); }

void Walk::looked(ConflictDetail detail) {
  take_over(std::move(detail));
  arrive();
}

void Walk::answer(Answer answer) {
  switch (answer) {
    case Answer::mine:
      return choose(Take::mine);
    case Answer::theirs:
      return choose(Take::theirs);
    case Answer::both:
      return choose(Take::both);
    case Answer::base:
      return choose(Take::base);
    case Answer::edit:
      return edit();
    case Answer::edit_file:
      return edit_file();
    case Answer::tool:
      step_ = {Kind::tool};
      return;
    case Answer::remembered:
      if (!here().detail->pending.remembered) return ask("no resolution of this conflict is remembered");
      step_ = {Kind::settle, Resolution::remembered};
      return;
    case Answer::whole_file:
      if (here().choices.empty()) return ask("this conflict is about the whole file anyway");
      whole_file_ = !whole_file_;
      return ask();
    case Answer::view:
      view_ = view_ == render::View::unified ? render::View::side_by_side : render::View::unified;
      return ask();
    case Answer::skip:
      return go_on();
    case Answer::back:
      return back();
    case Answer::undo:
      return undo();
    case Answer::abort:
      step_ = {Kind::confirm_abort};
      return;
    case Answer::quit:
      return go_to(std::nullopt);
    case Answer::help:
      step_ = {Kind::help};
      return;
  }
}

void Walk::done(ConflictDetail now) {
  if (step_.kind != Kind::write || writing_ == Writing::file) return file_done(std::move(now));
  here().unsaved = false;
  here().detail->pending = std::move(now.pending);
  here().detail->now = std::move(now.now);
  move();
}

/// The file as a whole was decided, opened again, or changed by a program.
void Walk::file_done(ConflictDetail now) {
  const bool reopened = step_.kind == Kind::reopen;
  const bool decided = !now.pending.decided.empty();
  take_over(std::move(now));
  if (!reopened) past_.push_back({stop_, std::nullopt, {}});
  if (decided) return go_to(next_stop() ? std::optional(Target{*next_stop(), std::nullopt}) : std::nullopt);
  arrive();
  message_ = reopened ? "open again" : "conflict markers are left in the file";
}

void Walk::refused(const std::string& why) {
  if (step_.kind == Kind::write) {  // what was chosen does not fit what is there now
    here() = {here().path, std::nullopt, {}};
    std::erase_if(past_, [&](const Past& past) { return past.stop == stop_; });
    target_ = Target{stop_, std::nullopt};
    step_ = {Kind::look};
    message_ = why;
    return;
  }
  ask(why);
}

void Walk::edited(const std::optional<std::string>& bytes) {
  if (!bytes) return ask("the editor failed; nothing was changed");
  if (*bytes == step_.bytes) return ask("nothing was changed");
  if (step_.kind == Kind::edit_file) {
    writing_ = Writing::file;
    step_ = {Kind::write, Resolution::edited, *bytes, "editor", "edited '" + here().path.str() + "'"};
    return;
  }
  const MarkedText& text = *here().detail->text;
  if (keeps_markers(*bytes, text.hunks[hunk_]))
    return ask("conflict markers are left in the lines; they stay open");
  std::string lines = *bytes;
  if (!lines.empty() && !lines.ends_with('\n') && !text.texts[hunk_ + 1].empty()) lines += '\n';
  take({Take::edited, std::move(lines)});
}

void Walk::confirmed(bool yes) {
  if (yes) {
    step_ = {Kind::abort};
  } else {
    ask();
  }
}

void Walk::ask(std::string message) {
  if (!message.empty()) message_ = std::move(message);
  step_ = {Kind::ask};
}

void Walk::choose(Take take_what) {
  if (here().choices.empty()) return settle(take_what);
  const auto& hunks = here().detail->text->hunks;
  const auto takes = [&](std::size_t i) { return i == hunk_ || (whole_file_ && is_open(here().choices[i])); };
  for (std::size_t i = 0; i < hunks.size(); ++i) {
    if (takes(i) && take_what == Take::base && !hunks[i].base)
      return ask("the original lines are not known here");
  }
  if (!std::exchange(whole_file_, false)) return take({take_what});
  past_.push_back({stop_, hunk_, std::exchange(here().choices[hunk_], {take_what})});
  for (std::size_t i = 0; i < hunks.size(); ++i) {
    if (i == hunk_ || !is_open(here().choices[i])) continue;
    past_.push_back({stop_, i, std::exchange(here().choices[i], {take_what}), true});
  }
  here().unsaved = true;
  go_on();
}

void Walk::take(HunkChoice choice) {
  past_.push_back({stop_, hunk_, std::exchange(here().choices[hunk_], std::move(choice))});
  here().unsaved = true;
  go_on();
}

/// A conflict without lines.
void Walk::settle(Take take_what) {
  if (take_what == Take::both) return ask("there are no lines to take from both sides");
  step_ = {Kind::settle, resolution_of(take_what)};
}

void Walk::edit() {
  if (here().choices.empty()) return edit_file();
  const HunkChoice& choice = here().choices[hunk_];
  const MarkedHunk& hunk = here().detail->text->hunks[hunk_];
  step_ = {Kind::edit_lines, Resolution::edited, choice.take == Take::edited ? choice.edited : hunk.marked};
}

void Walk::edit_file() {
  const ConflictDetail& detail = *here().detail;
  const auto& side = detail.now ? detail.now : detail.here ? detail.here : detail.theirs;
  if (detail.binary || !side || side->mode == Mode::link) return ask("there is no text to edit");
  step_ = {Kind::edit_file, Resolution::edited, here().choices.empty() ? side->bytes : file_bytes()};
}

void Walk::back() {
  if (hunk_ > 0) {
    --hunk_;
    return ask();
  }
  if (stop_ == 0) return ask("this is the first one");
  go_to(Target{stop_ - 1, std::string::npos});
}

void Walk::undo() {
  if (past_.empty()) return ask("there is no answer to take back");
  Past past = std::move(past_.back());
  past_.pop_back();
  if (!past.hunk) return go_to(Target{past.stop, std::nullopt, true});
  while (past.with_one_before) {
    stops_[past.stop].choices[*past.hunk] = std::move(past.before);
    past = std::move(past_.back());
    past_.pop_back();
  }
  stops_[past.stop].choices[*past.hunk] = std::move(past.before);
  stops_[past.stop].unsaved = true;
  go_to(Target{past.stop, past.hunk});
}

void Walk::go_on() {
  const auto& choices = here().choices;
  for (std::size_t next = hunk_ + 1; next < choices.size(); ++next) {
    if (!is_open(choices[next])) continue;
    hunk_ = next;
    return ask();
  }
  go_to(next_stop() ? std::optional(Target{*next_stop(), std::nullopt}) : std::nullopt);
}

std::optional<std::size_t> Walk::next_stop() const {
  for (std::size_t next = stop_ + 1; next < stops_.size(); ++next) {
    if (!is_complete(stops_[next])) return next;
  }
  return std::nullopt;
}

void Walk::go_to(std::optional<Target> target) {
  target_ = target;
  whole_file_ = false;
  const bool stays = target && target->stop == stop_;
  if (stays || !here().unsaved) return move();
  writing_ = Writing::choices;
  step_ = {Kind::write, Resolution::edited, file_bytes(), "hunks", words_for(here())};
}

void Walk::move() {
  if (!target_) {
    step_ = {Kind::leave};
    return;
  }
  stop_ = target_->stop;
  if (target_->reopen) {
    target_->reopen = false;
    step_ = {Kind::reopen};
  } else if (here().detail) {
    arrive();
  } else {
    step_ = {Kind::look};
  }
}

void Walk::arrive() {
  const auto& choices = here().choices;
  const auto wanted = target_ ? std::exchange(target_->hunk, std::nullopt) : std::nullopt;
  const auto first_open = std::find_if(choices.begin(), choices.end(), is_open);
  hunk_ = static_cast<std::size_t>(first_open - choices.begin());
  if (wanted) hunk_ = *wanted;
  if (hunk_ >= choices.size()) hunk_ = choices.empty() ? 0 : choices.size() - 1;
  ask();
}

void Walk::take_over(ConflictDetail detail) {
  std::erase_if(past_, [&](const Past& past) { return past.stop == stop_ && past.hunk; });
  here().choices.assign(detail.text ? detail.text->hunks.size() : 0, HunkChoice());
  here().unsaved = false;
  here().detail = std::move(detail);
}

std::string Walk::file_bytes() const {
  return composed(*stop().detail->text, [&](std::size_t hunk) {
    return lines_of(stop().detail->text->hunks[hunk], stop().choices[hunk]);
  });
}

}  // namespace ddx::cli::resolver
