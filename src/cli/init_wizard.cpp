#include "cli/init_wizard.hpp"

#include <filesystem>

#include "cli/render.hpp"
#include "cli/report_error.hpp"
#include "ddx/error.hpp"
#include "ddx/workspace.hpp"

namespace ddx::cli {

namespace {

constexpr const char* public_library = "https://github.com/DocumentDrivenDX/ddx-library.git";

bool is_connected(const Session& session) {
  return std::filesystem::exists(session.host.current_directory / ".ddx.yml") &&
         std::filesystem::exists(session.host.current_directory / ".ddx.lock");
}

bool has_configuration(const Session& session) {
  return std::filesystem::exists(session.host.current_directory / ".ddx.yml");
}

/// Other answers can mend these.
bool is_about_the_upstream(ErrorCode code) {
  const int kind = exit_code(code);
  return code == ErrorCode::url_refused || kind == 4 || kind == 5 || kind == 6;
}

void ask_where(InitRequest& request, Session& session) {
  request.url = session.prompt.line("URL of the upstream", request.url.value_or(public_library));
  if (!std::holds_alternative<DefaultBranch>(request.follow)) return;
  const std::string branch = session.prompt.line("Branch, empty for its default branch", "");
  if (!branch.empty()) request.follow = BranchName(branch);
}

void ask_conflict_preference(InitRequest& request, Session& session) {
  if (request.conflict) return;
  constexpr Side sides[] = {Side::ask, Side::markers, Side::mine, Side::theirs};
  request.conflict = sides[session.prompt.choice(
      "When you and the upstream change the same lines:",
      {"ask me (markers where nobody can be asked)", "write conflict markers", "keep mine", "take theirs"})];
}

/// Makes the plan, which needs the upstream, and shows it. \returns whether the upstream could be read
bool preview(const InitRequest& request, Session& session) {
  InitRequest trial = request;
  trial.dry_run = DryRun::yes;
  try {
    const InitReport report = init(session.host.current_directory, trial, session.host);
    session.ui.error(render::init(report, session.ui.appearance()));
    return true;
  } catch (const Error& error) {
    if (!is_about_the_upstream(error.code())) throw;
    report_error(error, Format::text, session.ui);
    return false;
  }
}

bool ask_for_upstream(InitRequest& request, Session& session) {
  if (!request.git_init) static_cast<void>(Workspace::at(session.host.current_directory, session.host));
  const Follow follow = request.follow;
  ask_where(request, session);
  ask_conflict_preference(request, session);
  while (request.network == Network::online && !preview(request, session)) {
    request.follow = follow;
    ask_where(request, session);
  }
  return request.dry_run == DryRun::yes || session.options.yes || session.prompt.yes("Connect the project?");
}

bool ask_what_to_do(InitRequest& request, Session& session) {
  switch (session.prompt.choice(
      "This project is connected to an upstream already:",
      {"cancel, and leave everything as it is", "reconfigure: change the upstream or a setting",
       "repair: rebuild the lock from what is on disk"})) {
    case 1:
      request.reconfigure = true;
      break;
    case 2:
      request.repair = true;
      return true;
    default:
      return false;
  }
  return request.url || ask_for_upstream(request, session);
}

}  // namespace

bool complete_request(InitRequest& request, Session& session) {
  const bool decided = request.reconfigure || request.repair;
  bool go_on = true;
  if (session.prompt.allowed() && !decided && is_connected(session)) {
    go_on = ask_what_to_do(request, session);
  } else if (!request.url && !decided && !has_configuration(session)) {
    if (!session.prompt.allowed())
      throw Error(ErrorCode::usage, "no upstream is named, and nobody can be asked for one",
                  {{Recovery::name_the_url, std::string("ddx init ") + public_library}});
    go_on = ask_for_upstream(request, session);
  }
  if (!go_on) session.ui.note(state_line(Aftermath::nothing_changed));
  return go_on;
}

}  // namespace ddx::cli
