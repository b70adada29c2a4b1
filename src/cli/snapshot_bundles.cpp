#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json_snapshot.hpp"
#include "cli/render_snapshot.hpp"
#include "ddx/error.hpp"
#include "ddx/snapshot.hpp"

namespace ddx::cli {

namespace {

struct BundleOptions {
  std::vector<std::string> ids;
  std::string file;
  bool force = false;
};

int export_to(const BundleOptions& options, Session& session) {
  if (options.file.empty())
    throw Error(ErrorCode::usage, "'snapshot export' needs '-o FILE'", {{Recovery::see_help, "snapshot"}});
  const Workspace workspace = find_rollback_workspace(session.host.current_directory, session.host);
  const SnapshotsExported report =
      export_snapshots(workspace, {options.ids, options.file, options.force}, session.host);
  if (session.wants_json()) {
    session.ui.result(json::snapshots_exported(report));
  } else {
    session.ui.result(render::snapshots_exported(report));
  }
  return 0;
}

int import_from(const BundleOptions& options, Session& session) {
  if (options.file.empty())
    throw Error(ErrorCode::usage, "'snapshot import' needs a FILE", {{Recovery::see_help, "snapshot"}});
  const Workspace workspace = find_rollback_workspace(session.host.current_directory, session.host);
  const SnapshotsImported report = import_snapshots(workspace, options.file, session.host);
  if (session.wants_json()) {
    session.ui.result(json::snapshots_imported(report));
  } else {
    session.ui.result(render::snapshots_imported(report));
  }
  return 0;
}

}  // namespace

void add_snapshot_bundles(CLI::App& snapshot, Choice& choice) {
  const auto options = std::make_shared<BundleOptions>();
  CLI::App* command = snapshot.add_subcommand("export", "Write snapshots to one file, a git bundle");
  command->add_option("ID", options->ids, "Snapshots")->type_name("ID");
  command->add_option("-o,--output", options->file, "The file")->type_name("FILE");
  command->add_flag("--force", options->force, "Replace the file if there is one");
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return export_to(*options, session); }, TakesTrailing::no};
  });
  command = snapshot.add_subcommand("import", "Take snapshots from such a file");
  command->add_option("FILE", options->file, "The file")->type_name("PATH");
  command->callback([options, &choice] {
    choice = {[options](Session& session) { return import_from(*options, session); }, TakesTrailing::no};
  });
}

}  // namespace ddx::cli
