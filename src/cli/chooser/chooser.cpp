#include "cli/chooser/chooser.hpp"

#include <fmt/format.h>

#include "cli/chooser/choice_walk.hpp"
#include "cli/render.hpp"
#include "ddx/error.hpp"

namespace ddx::cli::chooser {

namespace {

std::string question(const ChoiceWalk& walk) {
  std::string keys;
  for (const char key : walk.keys()) keys += (keys.empty() ? "" : ",") + std::string(1, key);
  const std::string what = walk.hunk()
                               ? fmt::format("hunk {} of {}", *walk.hunk() + 1, walk.file().diff.hunks.size())
                               : fmt::format("file {} of {}", walk.number(), walk.count());
  return fmt::format("Send {} of '{}'? [{}]", what, walk.file().change.path.str(), keys);
}

Page screen(const ChoiceWalk& walk) {
  DiffFile file = walk.file().diff;
  if (walk.hunk()) file.hunks = {file.hunks[*walk.hunk()]};
  return render::diff({"upstream", "here", {file}});
}

Page help(const ChoiceWalk& walk) {
  Page page;
  for (const char key : walk.keys())
    page.line({fmt::format("  {}  {}", key, meaning_of(key, walk.hunk().has_value()))});
  return page;
}

/// \returns none at the end of the input
std::optional<std::string> read_answer(const ChoiceWalk& walk, Session& session) {
  try {
    if (session.ui.appearance().plain) return session.prompt.line(question(walk), "");
    std::string key = session.prompt.key(question(walk));
    const bool is_end = key == std::string(1, '\4');
    session.ui.error(Page().line({is_end ? "" : key}));
    if (is_end) return std::nullopt;
    return key;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::confirmation_needed) throw;
    return std::nullopt;
  }
}

std::vector<ChosenPart> choose_one_by_one(const std::vector<OfferedFile>& files, Session& session) {
  ChoiceWalk walk(files);
  bool is_new = true;
  while (!walk.is_over()) {
    if (is_new) session.ui.error(screen(walk));
    const auto answer = read_answer(walk, session);
    if (!answer) {
      walk.leave();
      continue;
    }
    is_new = answer->size() == 1 && walk.answer(answer->front());
    if (!is_new) session.ui.error(help(walk));
  }
  return walk.chosen();
}

}  // namespace

std::function<std::vector<ChosenPart>(const std::vector<OfferedFile>&)> on_terminal(Session& session) {
  if (!session.prompt.allowed())
    throw Error(ErrorCode::usage, "'--interactive' asks, and nobody is at a terminal to answer",
                {{Recovery::see_help, "push"}});
  return [&session](const std::vector<OfferedFile>& files) { return choose_one_by_one(files, session); };
}

}  // namespace ddx::cli::chooser
