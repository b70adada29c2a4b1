#include "ddx/history.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json.hpp"
#include "cli/render.hpp"
#include "cli/when.hpp"
#include "cli/wording.hpp"
#include "ddx/error.hpp"
#include "ddx/rollback.hpp"

namespace ddx::cli {

namespace {

struct HistoryOptions {
  HistoryRequest request;
  std::string since, until, kinds;
  bool operations = false, verify = false;
};

std::optional<std::chrono::sys_seconds> time_of(const std::string& option, const std::string& text, OfDay day,
                                                const Host& host) {
  if (text.empty()) return std::nullopt;
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(host.now());
  if (const auto time = parse_when(text, now, day)) return time;
  throw Error(ErrorCode::usage,
              "'" + text + "' is no time for '" + option + "': try 2026-01-31 or '2 weeks ago'",
              {{Recovery::see_help, "history"}});
}

ChangeKind kind_of(const std::string& letter) {
  const Values<ChangeKind> letters = {
      {"A", ChangeKind::added}, {"M", ChangeKind::modified}, {"D", ChangeKind::deleted}};
  for (const auto& [name, kind] : letters) {
    if (letter == name) return kind;
  }
  throw Error(ErrorCode::usage, "'" + letter + "' for '--change' is none of A, M, D",
              {{Recovery::see_help, "history"}});
}

/// `A,M`
std::set<ChangeKind> kinds_of(const std::string& letters) {
  std::set<ChangeKind> kinds;
  if (letters.empty()) return kinds;
  for (std::size_t begin = 0; begin <= letters.size();) {
    const std::size_t end = std::min(letters.find(',', begin), letters.size());
    kinds.insert(kind_of(letters.substr(begin, end - begin)));
    begin = end + 1;
  }
  return kinds;
}

Error damage() { return Error(ErrorCode::audit_damaged, "the audit log is damaged"); }

int run_verify(const Workspace& workspace, Session& session) {
  const HistoryVerification report = verify_history(workspace, session.host);
  const int exit = report.findings.empty() ? 0 : exit_code(ErrorCode::audit_damaged);
  if (session.wants_json()) {
    session.ui.result(json::verification(report, exit));
    return exit;
  }
  session.ui.result(render::verification(report, session.ui.appearance()));
  if (exit != 0) throw damage();
  return exit;
}

int run_history(const HistoryOptions& options, Session& session) {
  const Workspace workspace = find_rollback_workspace(session.host.current_directory, session.host);
  if (options.verify) return run_verify(workspace, session);
  HistoryRequest request = options.request;
  request.since = time_of("--since", options.since, OfDay::start, session.host);
  request.until = time_of("--until", options.until, OfDay::end, session.host);
  request.kinds = kinds_of(options.kinds);
  const auto paths = with_trailing({}, session);
  if (paths.size() + (request.path.empty() ? 0 : 1) > 1)
    throw Error(ErrorCode::usage, "'history' takes one path", {{Recovery::see_help, "history"}});
  if (!paths.empty()) request.path = paths.front();

  const HistoryReport report = history(workspace, request, session.host);
  const int exit = report.is_damaged() ? exit_code(ErrorCode::audit_damaged) : 0;
  if (session.wants_json()) {
    session.ui.result(json::history(report, exit));
    return exit;
  }
  session.ui.result(render::history(report, session.ui.appearance()));
  if (exit != 0) throw damage();
  return exit;
}

}  // namespace

void add_history(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = app.add_subcommand("history", "Show what ddx did here, and check the audit log");
  command->alias("log");
  HistoryRequest& request = options->request;
  std::vector<CLI::Option*> filters{
      command->add_option("PATH", request.path, "Only what touched this file or folder")->type_name("PATH"),
      command->add_option("--limit", request.limit, "Show no more than so many")
          ->type_name("N")
          ->check(number_up_to(1'000'000)),
      command->add_option("--since", options->since, "Only from this time on")->type_name("WHEN"),
      command->add_option("--until", options->until, "Only up to this time")->type_name("WHEN"),
      command->add_option("--author", request.author, "Only by whose name, email or login has this in it")
          ->type_name("A"),
      command->add_option("--grep", request.text, "Only with this text in what was done")->type_name("TEXT"),
      command->add_option("--change", options->kinds, "Only with files added, modified or deleted")
          ->type_name("A,M,D")};
  command->add_flag("--operations", options->operations, "Only operations of ddx");
  auto* verify = command->add_flag("--verify", options->verify, "Check the whole audit log");
  for (auto* filter : filters) verify->excludes(filter);
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return run_history(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
