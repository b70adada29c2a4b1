#include "cli/json.hpp"

#include "base/time.hpp"
#include "cli/json_values.hpp"
#include "cli/render.hpp"
#include "cli/report_error.hpp"
#include "cli/resolving.hpp"

namespace ddx::cli::json {

namespace {

Json point(const UpstreamPoint& point) {
  return {
      {"commit", point.commit.str()}, {"version", point.version}, {"date", optional_of(point.date, iso_utc)}};
}

Json side(const Version& version) {
  return {{"blob", version.blob.str()}, {"mode", to_string(version.mode)}};
}

Json upstream_commit(const UpstreamCommit& commit) {
  return {{"id", commit.id.str()},
          {"author", commit.author},
          {"email", commit.email},
          {"date", iso_utc(commit.date)},
          {"subject", commit.subject}};
}

Json landed(const LandedContribution& contribution) {
  return {{"change_id", contribution.change_id},
          {"title", contribution.title},
          {"branch", contribution.branch},
          {"url", text_or_null(contribution.url)}};
}

Json pull_object(const PullReport& report, int exit) {
  return {
      {"schema", "ddx/pull/1"},
      {"result", to_string(report.result)},
      {"from", optional_of(report.from, point)},
      {"to", report.to.commit.is_null() ? Json(nullptr) : point(report.to)},
      {"changes", array_of(report.changes, change)},
      {"conflicts", array_of(report.conflicts,
                             [](const Conflict& open) { return conflict(open, resolving_commands(open)); })},
      {"decisions", report.decisions},
      {"commits", array_of(report.commits, upstream_commit)},
      {"commits_complete", report.commits_complete},
      {"landed", array_of(report.landed, landed)},
      {"snapshot", text_or_null(report.snapshot)},
      {"operation", text_or_null(report.operation)},
      {"commit", optional_of(report.commit, id_text)},
      {"needs_confirmation", report.needs_confirmation},
      {"submodules", report.submodules},
      {"warnings", report.warnings},
      {"exit", exit}};
}

std::string state_name(Aftermath aftermath) {
  switch (aftermath) {
    case Aftermath::nothing_changed:
      return "nothing-changed";
    case Aftermath::put_back:
      return "put-back";
    case Aftermath::branch_pushed:
      return "branch-pushed";
    case Aftermath::pending:
      return "pending";
    case Aftermath::unknown_to_us:
      return "unknown";
  }
  return {};
}

Json diff_hunk(const DiffHunk& hunk) {
  return {{"old_start", hunk.old_start},
          {"old_lines", hunk.old_lines},
          {"new_start", hunk.new_start},
          {"new_lines", hunk.new_lines},
          {"heading", hunk.heading},
          {"lines", array_of(hunk.lines, [](const DiffLine& line) -> Json {
             return {{"origin", std::string(1, line.origin)},
                     {"text", line.text},
                     {"no_newline", line.no_newline}};
           })}};
}

Json diff_file(const DiffFile& file) {
  return {{"path", file.path.str()},
          {"old_path", optional_of(file.old_path, path_text)},
          {"kind", to_string(file.kind)},
          {"before", optional_of(file.before, side)},
          {"after", optional_of(file.after, side)},
          {"binary", file.binary},
          {"added", file.added},
          {"removed", file.removed},
          {"hunks", array_of(file.hunks, diff_hunk)}};
}

Json upstream_with_behind(const StatusReport& report) {
  if (!report.upstream) return nullptr;
  Json upstream = point(*report.upstream);
  upstream["behind"] = optional_of(report.behind, [](int commits) { return commits; });
  return upstream;
}

Json resource(const ResourceStatus& resource) {
  return {{"path", resource.path.str()},
          {"state", to_string(resource.state)},
          {"version", text_or_null(resource.version)},
          {"changed_at", nullptr},
          {"author", nullptr}};
}

}  // namespace

Json problem(const Error& error) {
  return {{"code", code_name(error.code())},
          {"message", error.what()},
          {"details", error.details()},
          {"hints", array_of(error.steps(), hint_for)}};
}

Json change(const Change& change) {
  return {{"path", change.path.str()},
          {"old_path", optional_of(change.old_path, path_text)},
          {"kind", to_string(change.kind)},
          {"class", to_string(change.change_class)}};
}

Json conflict(const Conflict& conflict, const std::vector<std::string>& commands) {
  return {
      {"path", conflict.path.str()},
      {"kind", to_string(conflict.kind)},
      {"hunks", array_of(conflict.hunks,
                         [](const ConflictHunk& hunk) -> Json {
                           return {{"first_line", hunk.first_line}, {"lines", hunk.lines}};
                         })},
      {"base", optional_of(conflict.base, side)},
      {"here", optional_of(conflict.here, side)},
      {"theirs", optional_of(conflict.theirs, side)},
      {"their_path", optional_of(conflict.their_path, path_text)},
      {"changed_by", optional_of(conflict.changed, [](const auto& change) { return change.author; })},
      {"changed_at", optional_of(conflict.changed, [](const auto& change) { return iso_utc(change.date); })},
      {"changed_in", optional_of(conflict.changed, [](const auto& change) { return change.commit.str(); })},
      {"note", text_or_null(conflict.note)},
      {"commands", commands}};
}

std::string error(const Error& error) {
  return dump({{"schema", "ddx/error/1"},
               {"code", code_name(error.code())},
               {"message", error.what()},
               {"details", error.details()},
               {"state", state_name(error.aftermath())},
               {"hints", array_of(error.steps(), hint_for)},
               {"exit", exit_code(error.code())}});
}

std::string interruption(int exit) {
  return dump({{"schema", "ddx/error/1"},
               {"code", nullptr},
               {"message", "interrupted"},
               {"details", Json::array()},
               {"state", state_name(Aftermath::nothing_changed)},
               {"hints", Json::array()},
               {"exit", exit}});
}

std::string init(const InitReport& report, int exit) {
  return dump({{"schema", "ddx/init/1"},
               {"url", report.url},
               {"follow", describe(report.follow)},
               {"path", report.path},
               {"project", report.workspace.project_root.string()},
               {"made_repository", report.made_repository},
               {"not_yet_pulled", report.not_yet_pulled},
               {"pull", report.not_yet_pulled ? Json(nullptr) : pull_object(report.pull, exit)},
               {"exit", exit}});
}

std::string pull(const PullReport& report, int exit) { return dump(pull_object(report, exit)); }

std::string abort(const AbortReport& report) {
  return dump({{"schema", "ddx/abort/1"},
               {"restored", array_of(report.restored, path_text)},
               {"edited_since", array_of(report.edited_since, path_text)},
               {"snapshot", text_or_null(report.snapshot)},
               {"operation", text_or_null(report.operation)},
               {"warnings", render::abort_warnings(report)},
               {"exit", 0}});
}

std::string status(const StatusReport& report, int exit) {
  return dump({{"schema", "ddx/status/1"},
               {"url", report.url},
               {"follow", describe(report.follow)},
               {"path", report.path},
               {"current", optional_of(report.current, point)},
               {"upstream", upstream_with_behind(report)},
               {"fetched_at", optional_of(report.fetched_at, iso_utc)},
               {"asked_upstream", report.asked_upstream},
               {"upstream_problem", optional_of(report.upstream_problem, problem)},
               {"resources", array_of(report.resources, resource)},
               {"open_operation", text_or_null(report.open_operation)},
               {"open_conflicts", array_of(report.open_conflicts, path_text)},
               {"decided_conflicts", array_of(report.decided_conflicts, path_text)},
               {"pending_recovery", report.pending_recovery},
               {"warnings", report.warnings},
               {"exit", exit}});
}

std::string diff(const DiffReport& report, int exit) {
  return dump({{"schema", "ddx/diff/1"},
               {"before", report.before_name},
               {"after", report.after_name},
               {"files", array_of(report.files, diff_file)},
               {"exit", exit}});
}

std::string rollback(const RollbackReport& report, int exit) {
  return dump({{"schema", "ddx/rollback/1"},
               {"result", to_string(report.result)},
               {"undone", text_or_null(report.undone.empty() ? "" : report.undone.front())},
               {"undone_operations", report.undone},
               {"target", text_or_null(report.target)},
               {"from", text_or_null(report.from)},
               {"to", text_or_null(report.to)},
               {"changes", array_of(report.changes, change)},
               {"conflicts",
                array_of(report.conflicts, [](const Conflict& refused) { return conflict(refused, {}); })},
               {"snapshot", text_or_null(report.snapshot)},
               {"operation", text_or_null(report.operation)},
               {"commit", optional_of(report.commit, id_text)},
               {"warnings", report.warnings},
               {"verified", report.verified},
               {"differing", array_of(report.differing, path_text)},
               {"exit", exit}});
}

std::string operations(const std::vector<OperationSummary>& operations, int exit) {
  return dump({{"schema", "ddx/rollback-list/1"},
               {"operations", array_of(operations,
                                       [](const OperationSummary& operation) -> Json {
                                         return {{"id", operation.id},
                                                 {"kind", operation.kind},
                                                 {"date", iso_utc(operation.date)},
                                                 {"summary", operation.summary},
                                                 {"snapshot", text_or_null(operation.snapshot)},
                                                 {"files", operation.files},
                                                 {"undone", operation.undone},
                                                 {"damage", text_or_null(operation.damage)}};
                                       })},
               {"exit", exit}});
}

std::string version(const std::string& version, const std::vector<std::string>& libraries) {
  return dump({{"schema", "ddx/version/1"}, {"version", version}, {"libraries", libraries}, {"exit", 0}});
}

std::string help(const std::string& command, const std::string& text) {
  return dump({{"schema", "ddx/help/1"}, {"command", text_or_null(command)}, {"text", text}, {"exit", 0}});
}

std::string completion(const std::string& shell, const std::string& script) {
  return dump({{"schema", "ddx/completion/1"}, {"shell", shell}, {"script", script}, {"exit", 0}});
}

}  // namespace ddx::cli::json
