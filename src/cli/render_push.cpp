#include "cli/render_push.hpp"

#include <fmt/format.h>

#include <set>

#include "cli/render.hpp"
#include "cli/render_changes.hpp"
#include "cli/report_error.hpp"
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
      return fmt::format("Upstream changed the same lines: {} to resolve first; nothing was sent",
                         count_of(report.conflicts.size(), "conflict"));
    case PushResult::checks_failed:
      return "The checks found what must not be sent; nothing was sent";
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
  page.heading(fmt::format("Commit{}, on {}", report.commits.size() == 1 ? "" : "s", report.base.version));
  for (const OutgoingCommit& commit : report.commits)
    page.line({"  ", {commit.id.short_str(), Tone::caution}, "  ", commit.author, "  ", commit.subject});
}

/// Somebody's words, one line each.
void add_words(Page& page, const char* heading, const std::string& said) {
  if (said.empty()) return;
  page.heading(heading);
  std::string_view rest = said;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    page.line({"  " + std::string(line)});
  }
}

void add_findings(Page& page, const CheckReport& checks) {
  if (checks.findings.empty() && checks.unused_allowances.empty()) return;
  page.heading("Checks");
  for (const CheckFinding& finding : checks.findings) {
    const Span severity = finding.allowed                            ? Span("allowed", Tone::faint)
                          : finding.severity == CheckSeverity::error ? Span("error", Tone::failure)
                                                                     : Span("warning", Tone::caution);
    std::string place = finding.path ? finding.path->str() : "contribution";
    if (finding.line > 0) place += fmt::format(":{}", finding.line);
    page.line(
        {"  ", place, ": ", severity, ": ", finding.message, {"  [" + finding.rule + "]", Tone::faint}});
    if (!finding.excerpt.empty()) page.line({"      ", finding.excerpt});
    if (finding.stops() && finding.allowable)
      page.line({"      if this may be sent: --allow " + shell_word(finding.allowance())});
  }
  for (const std::string& allowance : checks.unused_allowances)
    page.line({"  --allow ", allowance, " covers no finding"});
}

void add_request(Page& page, const std::optional<RequestState>& request, bool is_as_it_was = false) {
  if (!request) return;
  const std::string draft = request->draft ? "draft " : "";
  if (request->state == "planned") {
    page.line({fmt::format("Would open a {}pull request: ", draft), request->title});
  } else if (request->number == 0) {
    page.line({"Open the pull request here: ", request->url});
  } else {
    const std::string kind = draft + "pull request";
    page.line({fmt::format("{} {}: ",
                           request->created ? "Opened " + kind
                           : is_as_it_was   ? (request->draft ? "Draft pull request" : "Pull request")
                                            : "Updated " + kind,
                           request->number),
               request->url});
  }
}

std::string summary_of(const ContributionState& state) {
  std::string text = state.state;
  if (state.request && state.request->draft) text += ", draft";
  if (state.checks != "unknown" && state.checks != "none") text += ", checks " + state.checks;
  if (state.review == "approved") text += ", approved";
  if (state.review == "changes-requested") text += ", changes requested";
  if (state.review == "pending") text += ", waits for review";
  return text;
}

/// Each failure once: mostly all have the same.
void add_problems(Page& page, const std::vector<ContributionState>& states) {
  std::set<std::string> told;
  for (const ContributionState& state : states) {
    if (!state.problem || !told.insert(state.problem->what()).second) continue;
    page.line({{"The platform could not be asked: ", Tone::caution},
               state.problem->what(),
               {" [" + code_name(state.problem->code()) + "]", Tone::faint}});
    add_details(page, *state.problem);
    add_hints(page, *state.problem);
  }
}

}  // namespace

Page push(const PushReport& report, const Appearance& look) {
  Page page;
  page.line({{first_line(report), Tone::strong}});
  if (report.result == PushResult::declined) return page;
  if (report.is_fork) page.line({"By your fork ", report.url});
  if (!report.changes.empty()) add_files(page, report, look);
  if (!report.commits.empty()) add_commits(page, report);
  if (!report.conflicts.empty()) {
    page.heading("Conflicts");
    for (const Conflict& conflict : report.conflicts)
      page.line({"  ", conflict.path.str(), ": ", what_happened(conflict.kind)});
    page.line({"Bring upstream's changes in and resolve them here first: ddx pull"});
  }
  if (report.result == PushResult::planned) page.append(diff({"upstream", "here", report.diff}));
  add_findings(page, report.checks);
  add_words(page, "The server says", report.said);
  add_words(page, "Upstream asks of contributors", report.notes);
  if (!report.contributing.empty() && !report.commits.empty())
    page.line({"Upstream has a page for contributors: ", report.contributing});
  if (report.result != PushResult::checks_failed)
    add_request(page, report.request, report.result == PushResult::unchanged);
  if (report.result == PushResult::planned) page.line({"Nothing was sent: this was a dry run."});
  return page;
}

Page push_plan(const PushReport& report, const Appearance& look) {
  PushReport plan = report;
  plan.result = PushResult::planned;
  Page page;
  page.line({{first_line(plan), Tone::strong}});
  if (plan.is_fork) page.line({"By your fork ", plan.url});
  add_files(page, plan, look);
  add_commits(page, plan);
  add_findings(page, plan.checks);
  add_request(page, plan.request);
  return page;
}

Page contributions(const std::vector<ContributionState>& states, const Appearance& look) {
  Page page;
  if (states.empty()) page.line({"No contribution is open"});
  for (const ContributionState& state : states) {
    page.line({{state.title, Tone::strong}});
    page.line({"  ", summary_of(state)});
    page.line({fmt::format("  {}, branch {} for {}, {}", day(state.date), state.branch, state.target,
                           count_of(state.files.size(), "file"))});
    if (state.request) page.line({"  ", state.request->url});
    if (look.verbose) page.line({"  ", {state.change_id, Tone::faint}});
  }
  add_problems(page, states);
  return page;
}

Page forgotten_contribution(const ContributionState& state) {
  Page page;
  page.line({{"Forgot the contribution '" + state.title + "'", Tone::strong}});
  return page.line(
      {"Branch " + state.branch + " stays as it is; the next push of its files makes a new one."});
}

}  // namespace ddx::cli::render
