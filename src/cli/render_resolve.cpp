#include "cli/render_resolve.hpp"

#include <fmt/format.h>

#include "cli/conflict_view.hpp"
#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

void add_next_commands(Page& page, const PendingConflicts& pending) {
  page.heading("What to do");
  const auto open = std::find_if(pending.conflicts.begin(), pending.conflicts.end(),
                                 [](const PendingConflict& conflict) { return conflict.decided.empty(); });
  if (open != pending.conflicts.end()) {
    const std::string path = path_argument(open->conflict.path.str());
    page.line({"  look at the sides:           ddx resolve --show " + path});
    page.line({"  take a side:                 ddx resolve --mine " + path});
    page.line({"                               ddx resolve --theirs " + path});
    page.line({"  one by one, on a terminal:   ddx resolve"});
    page.line({"  with a merge tool:           ddx resolve --tool"});
    if (!open->conflict.hunks.empty()) page.line({"  or edit the file until no conflict markers are left"});
  }
  page.line({"  when all are decided:        ddx pull --continue"});
  page.line({"  or go back to before:        ddx pull --abort"});
}

void add_conflict(Page& page, const PendingConflict& pending) {
  const bool open = pending.decided.empty();
  std::vector<Span> line{"  ", {pending.conflict.path.str(), open ? Tone::failure : Tone::added}};
  if (pending.old_path) line.emplace_back(fmt::format("  (was '{}')", pending.old_path->str()));
  if (pending.conflict.their_path)
    line.emplace_back(fmt::format("  (upstream '{}')", pending.conflict.their_path->str()));
  line.emplace_back(open ? "  " + line_ranges(pending.conflict.hunks) : "  decided: " + pending.decided);
  page.line(std::move(line));
  page.line(
      {fmt::format("    {}: {}", to_string(pending.conflict.kind), what_happened(pending.conflict.kind))});
  if (pending.remembered)
    page.line(
        {"    resolved before:  ddx resolve --remembered " + path_argument(pending.conflict.path.str())});
}

}  // namespace

Page conflicts(const PendingConflicts& pending, const Appearance& look) {
  Page page;
  page.line({{fmt::format("The pull of {}: {} of {} open", pending.version, pending.open,
                          count_of(pending.total, "conflict")),
              Tone::strong}});
  page.line();
  for (std::size_t i = 0; i < std::min(pending.conflicts.size(), list_limit(look)); ++i)
    add_conflict(page, pending.conflicts[i]);
  add_rest(page, pending.conflicts.size(), look);
  add_next_commands(page, pending);
  return page;
}

Page conflict(const ConflictDetail& detail, const Appearance& look) {
  Page page;
  const PendingConflict& pending = detail.pending;
  page.line(
      {{pending.conflict.path.str(), Tone::strong},
       fmt::format("  {}: {}", to_string(pending.conflict.kind), what_happened(pending.conflict.kind))});
  if (pending.old_path) page.line({fmt::format("before upstream renamed it: '{}'", pending.old_path->str())});
  if (pending.conflict.their_path)
    page.line({fmt::format("upstream's name of it: '{}'", pending.conflict.their_path->str())});
  if (!pending.decided.empty()) page.line({"decided: " + pending.words});
  if (!detail.text) {
    add_whole_file(page, detail, look);
    return page;
  }
  const View view = has_room_for_columns(look, 3) ? View::side_by_side : View::unified;
  for (std::size_t hunk = 0; hunk < detail.text->hunks.size(); ++hunk) {
    page.line().line({{fmt::format("hunk {} of {}", hunk + 1, detail.text->hunks.size()), Tone::strong}});
    add_hunk(page, *detail.text, hunk, view, look);
  }
  return page;
}

Page resolved(const ResolveReport& report, const Appearance& look) {
  Page page;
  page.line({{fmt::format("Decided {}; {} of {} open", count_of(report.decided.size(), "conflict"),
                          report.open, report.total),
              Tone::strong}});
  for (std::size_t i = 0; i < std::min(report.decided.size(), list_limit(look)); ++i)
    page.line({"  " + report.decided[i].words});
  add_rest(page, report.decided.size(), look);
  if (!report.undecided.empty()) page.heading("Not decided");
  for (const Unresolved& conflict : report.undecided) page.line({"  ", {conflict.why, Tone::failure}});
  if (!report.left_alone.empty())
    page.line().line({fmt::format(
        "{} decided before; name a file to decide it again.",
        report.left_alone.size() == 1 ? "1 was" : fmt::format("{} were", report.left_alone.size()))});
  page.line();
  if (!report.snapshot.empty()) page.line({"The state before is snapshot " + report.snapshot + "."});
  page.line({report.open == 0 ? "All are decided: 'ddx pull --continue' ends the pull."
                              : "'ddx resolve --list' shows what is open."});
  return page;
}

}  // namespace ddx::cli::render
