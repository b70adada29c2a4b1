#include "cli/json_push.hpp"

#include "base/time.hpp"
#include "cli/json_values.hpp"
#include "cli/resolving.hpp"

namespace ddx::cli::json {

namespace {

Json outgoing(const OutgoingChange& change) {
  return {{"path", change.path.str()},
          {"local_path", change.here.str()},
          {"kind", to_string(change.kind)},
          {"merged", change.merged}};
}

Json commit(const OutgoingCommit& commit) {
  return {{"id", commit.id.str()},        {"author", commit.author},   {"email", commit.email},
          {"date", iso_utc(commit.date)}, {"subject", commit.subject}, {"message", commit.message}};
}

Json request(const std::optional<RequestState>& request) {
  if (!request) return nullptr;
  return {{"platform", text_or_null(request->platform)},
          {"number", request->number == 0 ? Json(nullptr) : Json(request->number)},
          {"url", text_or_null(request->url)},
          {"state", request->state},
          {"draft", request->draft},
          {"created", request->created},
          {"title", text_or_null(request->title)}};
}

Json finding(const CheckFinding& finding) {
  return {{"rule", finding.rule},
          {"path", finding.path ? Json(finding.path->str()) : Json(nullptr)},
          {"line", finding.line == 0 ? Json(nullptr) : Json(finding.line)},
          {"severity", finding.severity == CheckSeverity::error ? "error" : "warning"},
          {"message", finding.message},
          {"excerpt", text_or_null(finding.excerpt)},
          {"fingerprint", finding.fingerprint},
          {"allowed", finding.allowed},
          {"allow", finding.allowable ? Json(finding.allowance()) : Json(nullptr)},
          {"stops", finding.stops()}};
}

Json contribution(const ContributionState& state) {
  return {{"change_id", state.change_id},
          {"title", state.title},
          {"branch", state.branch},
          {"target", state.target},
          {"url", state.url},
          {"date", iso_utc(state.date)},
          {"state", state.state},
          {"request", request(state.request)},
          {"checks", state.checks},
          {"review", state.review},
          {"files", array_of(state.files, path_text)},
          {"problem", optional_of(state.problem, problem)}};
}

}  // namespace

std::string contributions(const std::vector<ContributionState>& states, int exit) {
  return dump(
      {{"schema", "ddx/contributions/1"}, {"contributions", array_of(states, contribution)}, {"exit", exit}});
}

std::string push(const PushReport& report, int exit) {
  return dump({{"schema", "ddx/push/1"},
               {"result", to_string(report.result)},
               {"url", text_or_null(report.url)},
               {"fork", report.is_fork},
               {"branch", text_or_null(report.branch)},
               {"target", report.target},
               {"base", {{"commit", report.base.commit.str()}, {"version", report.base.version}}},
               {"change_id", text_or_null(report.change_id)},
               {"updates", report.updates},
               {"changes", array_of(report.changes, outgoing)},
               {"commits", array_of(report.commits, commit)},
               {"conflicts", array_of(report.conflicts,
                                      [](const Conflict& open) { return conflict(open, {"ddx pull"}); })},
               {"request", request(report.request)},
               {"checks", array_of(report.checks.findings, finding)},
               {"unused_allowances", report.checks.unused_allowances},
               {"already_there", array_of(report.already_there, path_text)},
               {"said", text_or_null(report.said)},
               {"mailbox", text_or_null(report.mailbox)},
               {"contributing", text_or_null(report.contributing)},
               {"notes", text_or_null(report.notes)},
               {"warnings", report.warnings},
               {"exit", exit}});
}

}  // namespace ddx::cli::json
