#include "cli/resolver/screen.hpp"

#include <fmt/format.h>

#include "cli/conflict_view.hpp"
#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::resolver {

namespace {

using Take = HunkChoice::Take;

std::string chosen(const HunkChoice& choice) {
  switch (choice.take) {
    case Take::open:
      return {};
    case Take::mine:
      return "yours";
    case Take::theirs:
      return "upstream's";
    case Take::both:
      return "both";
    case Take::base:
      return "original";
    case Take::edited:
      return "edited";
  }
  return {};
}

void add_title(Page& page, const Walk& walk, const Appearance& look) {
  const Stop& stop = walk.stop();
  const Conflict& conflict = stop.detail->pending.conflict;
  const std::string file = fmt::format("file {} of {}", walk.stop_number() + 1, walk.stops());
  const std::string hunk =
      stop.choices.empty() ? "" : fmt::format(", conflict {} of {}", walk.hunk() + 1, stop.choices.size());
  const std::string what = render::what_happened(conflict.kind);
  if (look.plain) {
    page.line({fmt::format("{}: {}{}", file, stop.path.str(), hunk)});
    page.line({what});
  } else {
    page.line({{stop.path.str(), Tone::strong}, {fmt::format("  {}{}", file, hunk), Tone::caution}});
    page.line({{what, Tone::faint}});
  }
}

std::string decision_here(const Stop& stop, std::size_t hunk) {
  if (!stop.choices.empty() && stop.choices[hunk].take != Take::open) return chosen(stop.choices[hunk]);
  return stop.unsaved ? "" : stop.detail->pending.decided;
}

}  // namespace

Page screen(const Walk& walk, const Appearance& look) {
  Page page;
  page.line();
  add_title(page, walk, look);
  const Stop& stop = walk.stop();
  if (stop.choices.empty()) {
    render::add_whole_file(page, *stop.detail, look);
  } else {
    render::add_hunk(page, *stop.detail->text, walk.hunk(), walk.view(), look);
  }
  if (const std::string decision = decision_here(stop, walk.hunk()); !decision.empty())
    page.line({"decided: ", {decision, Tone::strong}});
  if (stop.detail->pending.remembered)
    page.line({look.plain ? "this was resolved before; 'remembered' does it again"
                          : "this was resolved before; r does it again"});
  return page;
}

std::string question(const Walk& walk, const Appearance& look) {
  const bool has_lines = !walk.stop().choices.empty();
  const std::string scope = walk.for_whole_file() ? "whole file: " : "";
  if (look.plain)
    return scope + (has_lines ? "mine, theirs, both, original, edit, skip, previous, undo, quit or help"
                              : "mine, theirs, original, skip, previous, undo, quit or help");
  const std::string words = walk.for_whole_file() ? "[m]ine [t]heirs [b]oth [o]riginal [q]uit [?]help"
                            : has_lines
                                ? "[m]ine [t]heirs [b]oth [o]riginal [e]dit [s]kip [u]ndo [q]uit [?]help"
                                : "[m]ine [t]heirs [o]riginal [s]kip [u]ndo [q]uit [?]help";
  if (columns_of(scope + words) + 2 <= static_cast<std::size_t>(look.width)) return scope + words;
  return scope + (has_lines ? "m t b o e s u q, ? helps" : "m t o s u q, ? helps");
}

Page help(const Appearance& look) {
  Page page;
  page.line();
  for (const AnswerName& name : answer_names()) {
    const std::string term(look.plain ? name.word : name.key);
    page.line({"  ", {padded(term, look.plain ? 11 : 3), Tone::strong}, std::string(name.meaning)});
  }
  return page;
}

}  // namespace ddx::cli::resolver
