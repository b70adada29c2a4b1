#include "hosting/verdict.hpp"

#include "base/text.hpp"

namespace ddx::hosting {

namespace {

bool has(const std::vector<Checks::Check>& checks, Checks::State state) {
  return std::any_of(checks.begin(), checks.end(), [&](const auto& check) { return check.state == state; });
}

}  // namespace

Checks::State state_of(const std::vector<Checks::Check>& checks) {
  if (checks.empty()) return Checks::State::none;
  for (const Checks::State state : {Checks::State::failed, Checks::State::pending})
    if (has(checks, state)) return state;
  return Checks::State::passed;
}

ReviewRequest::Review Opinions::verdict() const {
  const auto anybody = [&](Review opinion) {
    return std::any_of(newest_.begin(), newest_.end(),
                       [&](const auto& entry) { return entry.second == opinion; });
  };
  if (newest_.empty()) return Review::none;
  if (anybody(Review::changes_requested)) return Review::changes_requested;
  return anybody(Review::approved) ? Review::approved : Review::pending;
}

DraftWords::Split DraftWords::split(const std::string& title) const {
  const std::string folded = fold_case(title);
  for (const std::string& words : others) {
    if (!folded.starts_with(words)) continue;
    const std::size_t rest = title.find_first_not_of(' ', words.size());
    Split deeper = split(rest == title.npos ? "" : title.substr(rest));
    return {std::move(deeper.title), true};
  }
  return {title, false};
}

std::string DraftWords::with(const std::string& title, bool draft) const {
  const std::string bare = split(title).title;
  return draft ? prefix + bare : bare;
}

}  // namespace ddx::hosting
