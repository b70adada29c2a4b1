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
  return {{"id", commit.id.str()},        {"author", commit.author},
          {"email", commit.email},        {"date", iso_utc(commit.date)},
          {"subject", commit.subject},    {"message", commit.message}};
}

}  // namespace

std::string push(const PushReport& report, int exit) {
  return dump(
      {{"schema", "ddx/push/1"},
       {"result", to_string(report.result)},
       {"url", report.url},
       {"branch", text_or_null(report.branch)},
       {"target", report.target},
       {"base", {{"commit", report.base.commit.str()}, {"version", report.base.version}}},
       {"change_id", text_or_null(report.change_id)},
       {"updates", report.updates},
       {"changes", array_of(report.changes, outgoing)},
       {"commits", array_of(report.commits, commit)},
       {"conflicts",
        array_of(report.conflicts, [](const Conflict& open) { return conflict(open, {"ddx pull"}); })},
       {"already_there", array_of(report.already_there, path_text)},
       {"said", text_or_null(report.said)},
       {"mailbox", text_or_null(report.mailbox)},
       {"contributing", text_or_null(report.contributing)},
       {"warnings", report.warnings},
       {"exit", exit}});
}

}  // namespace ddx::cli::json
