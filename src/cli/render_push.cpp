#include "cli/render_push.hpp"

#include <fmt/format.h>

#include "cli/render.hpp"
#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

std::string first_line(const PushReport& report) {
  const std::string files = count_of(report.changes.size(), "file");
  switch (report.result) {
    case PushResult::nothing:
      return report.already_there.empty()
                 ? "Nothing to contribute: there are no customizations"
                 : fmt::format("Nothing to contribute: upstream has {} already",
                               count_of(report.already_there.size(), "customized file"));
    case PushResult::planned:
      return fmt::format("Would {} branch {} with {}, for {}", report.updates ? "update" : "make",
                         report.branch, files, report.target);
    case PushResult::declined:
      return "Nothing was sent";
    case PushResult::conflicts:
      return fmt::format("Upstream changed the same lines: {} to resolve first",
                         count_of(report.conflicts.size(), "conflict"));
    case PushResult::pushed:
      return fmt::format("{} branch {} with {}, for {}", report.updates ? "Updated" : "Pushed", report.branch,
                         files, report.target);
    case PushResult::unchanged:
      return fmt::format("Branch {} holds this already", report.branch);
    case PushResult::patch:
      return fmt::format("Wrote {} as a patch for {}", files, report.base.version);
  }
  return {};
}

const char* sign_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "A";
    case ChangeKind::deleted:
      return "D";
    default:
      return "M";
  }
}

void add_files(Page& page, const PushReport& report, const Appearance& look) {
  page.heading(fmt::format("Files ({})", report.changes.size()));
  for (std::size_t i = 0; i < std::min(report.changes.size(), list_limit(look)); ++i) {
    const OutgoingChange& change = report.changes[i];
    page.line({fmt::format("  {}  ", sign_of(change.kind)), change.path.str(),
               change.merged ? "  (merged with upstream's change)" : ""});
  }
  add_rest(page, report.changes.size(), look);
}

void add_commits(Page& page, const PushReport& report) {
  page.heading(fmt::format("Commit, on {}", report.base.version));
  for (const OutgoingCommit& commit : report.commits)
    page.line({"  ", {commit.id.short_str(), Tone::caution}, "  ", commit.author, "  ", commit.subject});
}

/// A server's words, one line each.
void add_words(Page& page, const std::string& said) {
  if (said.empty()) return;
  page.heading("The server says");
  std::string_view rest = said;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    page.line({"  " + std::string(line)});
  }
}

}  // namespace

Page push(const PushReport& report, const Appearance& look) {
  Page page;
  page.line({{first_line(report), Tone::strong}});
  if (report.result == PushResult::declined) return page;
  if (!report.changes.empty()) add_files(page, report, look);
  if (!report.commits.empty()) add_commits(page, report);
  if (!report.conflicts.empty()) {
    page.heading("Conflicts");
    for (const Conflict& conflict : report.conflicts)
      page.line({"  ", conflict.path.str(), ": ", what_happened(conflict.kind)});
    page.line({"Bring upstream's changes in and resolve them here first: ddx pull"});
  }
  if (report.result == PushResult::planned && look.verbose) page.append(diff({"upstream", "here", report.diff}));
  add_words(page, report.said);
  if (!report.contributing.empty() && !report.commits.empty())
    page.line({fmt::format("Upstream has rules for contributors: {}", report.contributing)});
  if (report.result == PushResult::planned) page.line({"Nothing was sent: this was a dry run."});
  return page;
}

Page push_plan(const PushReport& report, const Appearance& look) {
  PushReport plan = report;
  plan.result = PushResult::planned;
  Page page;
  page.line({{first_line(plan), Tone::strong}});
  add_files(page, plan, look);
  add_commits(page, plan);
  return page;
}

}  // namespace ddx::cli::render
