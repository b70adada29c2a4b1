#include "ddx/init.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/init_wizard.hpp"
#include "cli/json.hpp"
#include "cli/render.hpp"
#include "cli/url_login.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

const Values<Side> conflict_preferences = {
    {"ask", Side::ask}, {"markers", Side::markers}, {"mine", Side::mine}, {"theirs", Side::theirs}};

struct InitOptions {
  InitRequest request;
  std::vector<std::string> words;  ///< the URL, and what `--commit` was followed by
  std::optional<std::string> branch, tag;
  std::string commit;
  bool offline = false, dry_run = false;
};

/// `--commit` alone commits the result; with an id, it follows that commit.
constexpr const char* commit_the_result = "the result";

void add_options(CLI::App& command, InitOptions& options) {
  InitRequest& request = options.request;
  command.add_option("URL", options.words, "The upstream's URL")->type_name("URL");
  auto* branch = command.add_option("--branch", options.branch, "Follow this branch")->type_name("BRANCH");
  branch->excludes(command.add_option("--tag", options.tag, "Follow this tag")->type_name("TAG"));
  command
      .add_flag("--commit{" + std::string(commit_the_result) + "}", options.commit,
                "Commit the result; with an ID: follow this commit")
      ->type_name("ID");
  command.add_option("--subtree", request.subtree, "Only this folder of the upstream")->type_name("FOLDER");
  command.add_option("--path", request.path, "Where the resources live in the project")->type_name("DIR");
  add_repeatable(command, "--include", request.include, "Only what matches")->type_name("PATTERN");
  add_repeatable(command, "--exclude", request.exclude, "Not what matches")->type_name("PATTERN");
  auto* reconfigure =
      command.add_flag("--reconfigure", request.reconfigure, "Change an existing configuration");
  reconfigure->excludes(
      command.add_flag("--repair", request.repair, "Rebuild the lock from what is on disk"));
  add_choice(command, "--conflict", request.conflict, conflict_preferences,
             "What later pulls do with conflicts");
  command.add_flag("--git-init", request.git_init, "Make a git repository if there is none");
  command.add_flag("--offline", options.offline, "Write the configuration only");
  command.add_flag("--dry-run", options.dry_run, "Show what would be done, and change nothing");
  command.add_flag("--full-history", request.full_history, "Fetch the upstream's whole history");
}

Error usage(const std::string& message) {
  return Error(ErrorCode::usage, message, {{Recovery::see_help, "init"}});
}

/// `--commit ID` arrives as the flag and a word; no URL looks like a full id.
void take_words(InitOptions options, InitRequest& request, const std::vector<std::string>& trailing) {
  auto& words = options.words;
  words.insert(words.end(), trailing.begin(), trailing.end());
  std::string id = options.commit == commit_the_result ? "" : options.commit;
  if (options.commit == commit_the_result) {
    const auto found =
        std::find_if(words.begin(), words.end(), [](const auto& word) { return Oid::parse(word); });
    if (found == words.end()) {
      request.commit = true;
    } else {
      id = *found;
      words.erase(found);
    }
  }
  if (words.size() > 1) throw usage("'init' does not expect '" + words[1] + "'");
  if (!words.empty()) request.url = words.front();
  if (id.empty()) return;
  if (!Oid::parse(id)) throw usage("'" + id + "' is not the full id of a commit");
  if (options.branch || options.tag) throw usage("'--commit ID' excludes '--branch' and '--tag'");
  request.follow = CommitName(id);
}

InitRequest request_of(const InitOptions& options, const std::vector<std::string>& trailing) {
  InitRequest request = options.request;
  if (options.branch) request.follow = BranchName(*options.branch);
  if (options.tag) request.follow = TagName(*options.tag);
  take_words(options, request, trailing);
  request.dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  request.network = options.offline ? Network::offline : Network::online;
  return request;
}

int show(const InitReport& report, Session& session) {
  const int exit = report.pull.conflicts.empty() && !report.pull.needs_confirmation ? 0 : 3;
  if (session.wants_json()) {
    session.ui.result(json::init(report, exit));
    return exit;
  }
  for (const auto& warning : report.pull.warnings) session.ui.warning(warning);
  session.ui.result(render::init(report, session.ui.appearance()));
  return exit;
}

int run_init(const InitOptions& options, Session& session) {
  InitRequest request = request_of(options, session.trailing);
  request.assume_yes = session.options.yes;
  if (request.url) request.url = take_login_out(*request.url, session);
  if (!complete_request(request, session)) return 0;
  return show(init(session.host.current_directory, request, session.host), session);
}

}  // namespace

void add_init(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<InitOptions>();
  CLI::App* command = app.add_subcommand("init", "Connect the project to an upstream");
  add_options(*command, *options);
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return run_init(*options, session); }, TakesTrailing::yes};
  });
}

}  // namespace ddx::cli
