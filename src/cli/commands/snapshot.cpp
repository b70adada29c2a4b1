#include "ddx/snapshot.hpp"

#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json_snapshot.hpp"
#include "cli/render_snapshot.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

struct SnapshotOptions {
  SnapshotRequest create;
  RestoreRequest restore;
  std::vector<std::string> ids;
  std::string id;
  bool dry_run = false, commit = false;
};

Workspace here(Session& session) {
  return find_rollback_workspace(session.host.current_directory, session.host);
}

void require_id(bool given, const char* command) {
  if (!given)
    throw Error(ErrorCode::usage, "'snapshot " + std::string(command) + "' needs the ID of a snapshot",
                {{Recovery::list_snapshots}});
}

int no_command(Session&) {
  throw Error(ErrorCode::usage, "'snapshot' needs a command of its own", {{Recovery::see_help, "snapshot"}});
}

int create(const SnapshotOptions& options, Session& session) {
  const SnapshotCreated report = create_snapshot(
      Workspace::find(session.host.current_directory, session.host), options.create, session.host);
  for (const std::string& path : report.skipped)
    session.ui.warning("'" + path + "' is a repository of its own or no file: it is not in the snapshot");
  return show(session, json::snapshot_created(report), render::snapshot_created(report));
}

int list(Session& session) {
  const auto snapshots = list_snapshots(here(session), session.host);
  const bool whole = std::all_of(snapshots.begin(), snapshots.end(),
                                 [](const SnapshotInfo& snapshot) { return snapshot.damage.empty(); });
  const int exit = whole ? 0 : exit_code(ErrorCode::snapshot_damaged);
  return show(session, json::snapshots(snapshots, exit),
              render::snapshots(snapshots, session.ui.appearance()), exit);
}

int contents(const SnapshotOptions& options, Session& session) {
  require_id(!options.id.empty(), "show");
  const SnapshotContents found = show_snapshot(here(session), options.id, session.host);
  return show(session, json::snapshot_contents(found), render::snapshot_contents(found));
}

int restore(const SnapshotOptions& options, Session& session) {
  require_id(!options.restore.id.empty(), "restore");
  RestoreRequest request = options.restore;
  request.paths = session.trailing;
  if (options.commit) request.commit = true;
  request.dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  return tell_rollback(restore_snapshot(here(session), request, session.host), session);
}

int remove(const SnapshotOptions& options, Session& session) {
  require_id(!options.ids.empty(), "delete");
  const SnapshotsRemoved report = delete_snapshots(here(session), options.ids, session.host);
  return show(session, json::snapshots_deleted(report),
              render::snapshots_removed(report, session.ui.appearance()));
}

int prune(const SnapshotOptions& options, Session& session) {
  const SnapshotsRemoved report =
      prune_snapshots(here(session), options.dry_run ? DryRun::yes : DryRun::no, session.host);
  return show(session, json::snapshots_pruned(report),
              render::snapshots_removed(report, session.ui.appearance()));
}

int verify(const SnapshotOptions& options, Session& session) {
  const SnapshotsVerified report = verify_snapshots(here(session), options.ids, session.host);
  const int exit = report.damage.empty() ? 0 : exit_code(ErrorCode::snapshot_damaged);
  return show(session, json::snapshots_verified(report, exit),
              render::snapshots_verified(report, session.ui.appearance()), exit);
}

}  // namespace

void add_snapshot(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<SnapshotOptions>();
  CLI::App* snapshot =
      app.add_subcommand("snapshot", "Record the local tree, and bring recorded states back");
  snapshot->callback([snapshot, &choice] {
    if (snapshot->get_subcommands().empty()) choice = {no_command, TakesTrailing::no};
  });
  const auto add = [&](const char* name, const char* what, auto run, TakesTrailing trailing) {
    CLI::App* command = snapshot->add_subcommand(name, what);
    command->callback([options, run, trailing, &choice] {
      choice = {[options, run](Session& session) { return run(*options, session); }, trailing};
    });
    return command;
  };
  constexpr auto no = TakesTrailing::no;
  CLI::App* command = add("create", "Record the state as it is now", create, no);
  command->add_option("-m,--message", options->create.note, "A note")->type_name("NOTE");
  command->add_option("--name", options->create.name, "A name; the snapshot is then never pruned")
      ->type_name("NAME");
  add(
      "list", "Show the snapshots", [](const auto&, Session& session) { return list(session); }, no);
  command = add("show", "Show what a snapshot holds", contents, no);
  command->add_option("ID", options->id, "A snapshot")->type_name("ID");
  command = add("restore", "Bring a recorded state back, exactly", restore, TakesTrailing::yes);
  command->add_option("ID", options->restore.id, "A snapshot")->type_name("ID");
  command->add_flag("--dry-run,--preview", options->dry_run, "Show what would be done, and change nothing");
  command->add_flag("--commit", options->commit, "Commit the result");
  command->add_option("-m,--message", options->restore.message, "The commit's message")->type_name("MSG");
  command = add("delete", "Remove snapshots", remove, no);
  command->add_option("ID", options->ids, "Snapshots")->type_name("ID");
  command = add("prune", "Remove what the configuration does not keep", prune, no);
  command->add_flag("--dry-run,--preview", options->dry_run, "Show what would go, and remove nothing");
  command = add("verify", "Read everything that snapshots hold", verify, no);
  command->add_option("ID", options->ids, "Snapshots")->type_name("ID");
  add_snapshot_bundles(*snapshot, choice);
}

}  // namespace ddx::cli
