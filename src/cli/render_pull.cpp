#include <fmt/format.h>

#include "cli/render.hpp"
#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

std::string journey(const PullReport& report, const Appearance& look) {
  if (!report.from) return report.to.version;
  if (report.from->commit == report.to.commit) return report.to.version;
  return fmt::format("{} {} {}", report.from->version, look.arrow(), report.to.version);
}

std::string first_line(const PullReport& report, const Appearance& look) {
  switch (report.result) {
    case PullResult::up_to_date:
      return fmt::format("Already up to date with {}", report.to.version);
    case PullResult::planned:
      return fmt::format("Would pull {}", journey(report, look));
    case PullResult::updated:
      return fmt::format("Pulled {}", journey(report, look));
    case PullResult::conflicts:
      return fmt::format("Pulled {}, with {} to resolve", journey(report, look),
                         count_of(report.conflicts.size(), "conflict"));
  }
  return {};
}

void add_ways_out(Page& page, const PullReport& report) {
  const bool marked = std::any_of(report.conflicts.begin(), report.conflicts.end(),
                                  [](const Conflict& conflict) { return !conflict.hunks.empty(); });
  page.heading("To resolve");
  page.line({"  decide one by one, on a terminal:                  ddx resolve"});
  page.line({"  take your side, or upstream's, in all of them:     ddx resolve --mine"});
  page.line({"                                                     ddx resolve --theirs"});
  if (marked) page.line({"  or edit these files until no markers are left; then, to end the pull:"});
  page.line({padded(marked ? "" : "  then, to end the pull:", 53), "ddx pull --continue"});
  page.line({"  go back to the state before the pull:              ddx pull --abort"});
}

void add_commits(Page& page, const PullReport& report, const Appearance& look) {
  page.heading(fmt::format("Upstream commits ({}{})", report.commits.size(),
                           report.commits_complete ? "" : " or more"));
  for (std::size_t i = 0; i < std::min(report.commits.size(), list_limit(look)); ++i) {
    const UpstreamCommit& commit = report.commits[i];
    page.line({"  ",
               {commit.id.short_str(), Tone::caution},
               "  " + day(commit.date) + "  ",
               commit.author,
               "  ",
               commit.subject});
  }
  add_rest(page, report.commits.size(), look);
}

void add_list(Page& page, const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  page.heading(title);
  for (const auto& line : lines) page.line({"  " + line});
}

void add_outcome(Page& page, const PullReport& report) {
  page.line();
  if (report.result == PullResult::planned) {
    if (report.needs_confirmation) page.line({"The real run asks for a confirmation first; --yes gives it."});
    page.line({"Nothing was changed: this was a dry run."});
    return;
  }
  if (report.commit) page.line({"Committed as " + report.commit->short_str() + "."});
  if (report.snapshot.empty()) return;
  const bool open = report.result == PullResult::conflicts;
  page.line(
      {"The state before is snapshot " + report.snapshot + (open ? "." : "; 'ddx rollback' undoes this.")});
}

void add_landed(Page& page, const PullReport& report) {
  if (report.landed.empty()) return;
  page.heading(report.landed.size() == 1 ? "Your contribution landed" : "Your contributions landed");
  for (const LandedContribution& landed : report.landed) {
    page.line({"  ", landed.title});
    if (!landed.url.empty()) page.line({"    ", {landed.url, Tone::faint}});
  }
}

void add_body(Page& page, const PullReport& report, const Appearance& look) {
  add_landed(page, report);
  if (!report.changes.empty()) {
    add_groups(page, report.changes);
    add_changes(page, report.changes, look);
  }
  if (!report.conflicts.empty()) {
    add_conflicts(page, report.conflicts, look);
    add_ways_out(page, report);
  }
  add_list(page, "Decided", report.decisions);
  if (!report.commits.empty()) add_commits(page, report, look);
  add_list(page, "Skipped submodules", report.submodules);
}

Page titled(const std::string& title, const PullReport& report, const Appearance& look) {
  Page page;
  page.line({{title, Tone::strong}});
  add_body(page, report, look);
  if (report.result != PullResult::up_to_date || !report.operation.empty()) add_outcome(page, report);
  return page;
}

}  // namespace

Page pull(const PullReport& report, const Appearance& look) {
  return titled(first_line(report, look), report, look);
}

Page continued(const PullReport& report, const Appearance& look) {
  return titled("Ended the pull of " + report.to.version, report, look);
}

Page init(const InitReport& report, const Appearance& look) {
  Page page;
  const bool planned = report.pull.result == PullResult::planned;
  page.line({{fmt::format("{} '{}' to {} ({})", planned ? "Would connect" : "Connected", report.path,
                          report.url, describe(report.follow)),
              Tone::strong}});
  if (report.made_repository)
    page.line({fmt::format("{} a git repository.", planned ? "Would make" : "Made")});
  if (report.not_yet_pulled)
    return page.line({"Nothing has been pulled yet: 'ddx pull' does it once you are online."});
  page.line().append(pull(report.pull, look));
  if (!planned && report.pull.result != PullResult::conflicts && !report.pull.commit)
    page.line({"Commit '" + report.path + "', '.ddx.yml' and '.ddx.lock' to share this with your team."});
  return page;
}

std::vector<std::string> abort_warnings(const AbortReport& report) {
  if (!report.still_committed) return {};
  return {
      "HEAD still holds what the pull committed, '.ddx.lock' included: take that commit back with git ('git "
      "reset HEAD~1' while nobody else has it), or commit the restored files"};
}

Page abort(const AbortReport& report, const Appearance& look) {
  Page page;
  page.line({{fmt::format("Aborted the pull: {} restored", count_of(report.restored.size(), "file")),
              Tone::strong}});
  for (std::size_t i = 0; i < std::min(report.restored.size(), list_limit(look)); ++i)
    page.line({"  ", report.restored[i].str()});
  add_rest(page, report.restored.size(), look);
  if (!report.edited_since.empty()) {
    page.heading("Edited since the pull; these edits are in the snapshot only");
    for (const auto& path : report.edited_since) page.line({"  ", path.str()});
  }
  if (!report.snapshot.empty())
    page.line().line({"The state before is snapshot " + report.snapshot + "; 'ddx rollback --to " +
                      report.snapshot + "' restores it."});
  return page;
}

}  // namespace ddx::cli::render
